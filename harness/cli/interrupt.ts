/** A signal that aborts at the first SIGINT, SIGTERM or SIGHUP; further ones are answered, because undoing must not be cut short. */
export function interruptible(say: (text: string) => void): {
  readonly signal: AbortSignal;
  readonly stopListening: () => void;
} {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      say(
        'Still undoing what was done; this takes a few seconds. (If it must be now: SIGKILL, then `npm run chaos -- cleanup`.)',
      );
      return;
    }
    say(`${name}: stopping, and undoing what was done …`);
    controller.abort(new Error(`interrupted by ${name}`));
  };
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.on(name, onSignal);
  return {
    signal: controller.signal,
    stopListening: () => {
      for (const name of names) process.off(name, onSignal);
    },
  };
}
