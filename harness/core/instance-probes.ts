/** Name of the probe that asks one instance at its own port, past whatever leads to its component. */
export function instanceProbe(instance: string): string {
  return `${instance} itself`;
}
