import { setTimeout as delay } from 'node:timers/promises';
import { monitorApi } from '../../../clients/monitor/monitor-api.ts';
import { healthReply } from '../../../clients/monitor/monitor-replies.ts';
import { formatMillis } from '../../../core/duration.ts';
import { ChaosError } from '../../../core/errors.ts';

/** So many good answers in a row: what comes back for a moment only has not come back. */
const GOOD_IN_A_ROW = 5;
const LOOK_EVERY_MS = 500;
/** Of one answer, in milliseconds. */
const ANSWER_MS = 10_000;

export interface Original {
  /** `http://host:8001/api/v1` */
  readonly api: string;
  /** So long it may take, in milliseconds. */
  readonly withinMs: number;
}

/**
 * Waits until the API of the original answers well, by its body, several times in a row. Returns that in words.
 * @throws ChaosError `platform` with the last answer where it does not in its time; what the signal aborts with.
 */
export async function awaitOriginal({ api: address, withinMs }: Original, signal: AbortSignal): Promise<string> {
  const startedAt = performance.now();
  const api = monitorApi({ url: new URL(address), credentials: { kind: 'none' }, timeoutMs: ANSWER_MS, signal });
  let good = 0;
  let bad = 'nobody has answered';
  try {
    while (performance.now() - startedAt < withinMs || good > 0) {
      const called = await api.get('/health', healthReply, { isOpen: true });
      signal.throwIfAborted();
      const isGood = called.ok && called.value.available;
      good = isGood ? good + 1 : 0;
      if (good === GOOD_IN_A_ROW) return `it answers well ${formatMillis(performance.now() - startedAt)} later`;
      if (!isGood) bad = called.ok ? 'it says that it is not available' : called.detail;
      await delay(LOOK_EVERY_MS, undefined, { signal });
    }
  } finally {
    api.close();
  }
  throw new ChaosError({
    code: 'platform',
    message: `What brings the original back was done, and the original does not answer well at ${new URL(address).origin}.`,
    afterMs: performance.now() - startedAt,
    lastState: bad,
    tryThis:
      'Bring it back by hand, then: npm run chaos -- cleanup. Where it only needs longer: recovery.originalWithin in the configuration.',
  });
}
