import type { TrialContext } from '../core/scenario.ts';

/**
 * Looks again and again, each time a fixed time after the last look began. A look that fails is no event: whether the
 * system answers is the probes' business; the next good look has the older start as its `previousStart`.
 */
export async function lookRepeatedly(
  context: Pick<TrialContext, 'clock'>,
  everyMs: number,
  signal: AbortSignal,
  look: Look,
): Promise<void> {
  let previousStart = context.clock.now();
  while (!signal.aborted) {
    const start = context.clock.now();
    const isSeen = await look(previousStart, start).then(
      () => true,
      () => false,
    );
    if (isSeen) previousStart = start;
    await pause(Math.max(5, everyMs - (context.clock.now() - start)), signal);
  }
}

type Look = (previousStart: number, start: number) => Promise<void>;

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
