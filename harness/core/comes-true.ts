import pWaitFor from 'p-wait-for';

export interface LookOptions {
  /** Time between two looks, in milliseconds. */
  readonly everyMs: number;
  readonly signal: AbortSignal;
}

/** True as soon as the condition holds; false when the signal aborts before, or when a look fails. */
export function comesTrue(
  condition: () => boolean | Promise<boolean>,
  { everyMs, signal }: LookOptions,
): Promise<boolean> {
  return pWaitFor(condition, { interval: everyMs, signal }).then(
    () => true,
    () => false,
  );
}
