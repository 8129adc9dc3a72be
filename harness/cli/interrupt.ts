import { existsSync } from 'node:fs';

/** Between two looks for a stop file, in milliseconds. */
const LOOK_EVERY_MS = 250;

/**
 * A signal that aborts at the first SIGINT, SIGTERM or SIGHUP, or as soon as a stop file is there; further ones are answered, because undoing must not be cut short.
 */
export function interruptible(
  say: (text: string) => void,
  stopFile?: string,
): {
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
  const looking =
    stopFile === undefined
      ? undefined
      : setInterval(() => {
          if (controller.signal.aborted || !existsSync(stopFile)) return;
          say(`${stopFile} is there: stopping, and undoing what was done …`);
          controller.abort(new Error(`stopped by ${stopFile}`));
        }, LOOK_EVERY_MS).unref();
  return {
    signal: controller.signal,
    stopListening: () => {
      clearInterval(looking);
      for (const name of names) process.off(name, onSignal);
    },
  };
}
