import { ChaosError } from '../core/errors.ts';
import type { Clock } from '../core/clock.ts';
import type { History } from '../core/history.ts';
import type { Recorder, Wait } from '../core/scenario.ts';

/** Time between two looks when nothing happens, in milliseconds. Most waits end with an event. */
const LOOK_EVERY_MS = 50;

export interface AwaitOptions {
  readonly wait: Wait;
  readonly clock: Clock;
  readonly history: History;
  readonly record: Recorder;
  readonly signal: AbortSignal;
}

/**
 * Waits for a condition on the record and writes a `wait` event with how it ended.
 * @returns false when it timed out or can no longer come true.
 * @throws ChaosError `interrupted` when the signal aborts.
 */
export async function awaitCondition({ wait, clock, history, record, signal }: AwaitOptions): Promise<boolean> {
  const start = clock.now();
  let lastState = 'not looked at yet';
  const look = (): boolean | undefined => {
    const state = wait.isOver(history, clock.now());
    if (state === true) return true;
    lastState = state;
    const hopeless = wait.isHopeless?.(history);
    if (typeof hopeless === 'string') lastState = hopeless;
    return typeof hopeless === 'string' || clock.now() - start >= wait.timeoutMs ? false : undefined;
  };
  const satisfied = await new Promise<boolean>((resolve, reject) => {
    const settle = (): void => {
      if (signal.aborted) finish(() => reject(interruption(wait.name)));
      const result = look();
      if (result !== undefined) finish(() => resolve(result));
    };
    const timer = setInterval(settle, LOOK_EVERY_MS);
    // Samples come by the hundred a second and are looked at on the timer; other events are news.
    const stop = record.onEvent((event) => {
      if (event.type !== 'sample') queueMicrotask(settle);
    });
    const onAbort = (): void => finish(() => reject(interruption(wait.name)));
    signal.addEventListener('abort', onAbort);
    let isFinished = false;
    function finish(then: () => void): void {
      if (isFinished) return;
      isFinished = true;
      clearInterval(timer);
      stop();
      signal.removeEventListener('abort', onAbort);
      then();
    }
    settle();
  });
  const afterMs = clock.now() - start;
  record.append({
    type: 'wait',
    name: wait.name,
    satisfied,
    afterMs,
    timeoutMs: wait.timeoutMs,
    lastState: satisfied ? 'true' : lastState,
  });
  return satisfied;
}

function interruption(name: string): ChaosError {
  return new ChaosError({ code: 'interrupted', message: `Interrupted while waiting: ${name}.` });
}
