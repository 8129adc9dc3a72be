import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { ChaosError } from '../../core/errors.ts';
import { describeAnswer, isPassing, pauseAfter } from './api-answers.ts';
import type { KubernetesApi } from './kubernetes-api.ts';

/** An API server of kind that is started again answers after 10 to 40 s. */
export const PATIENCE_MS = 60_000;

/** Who has said nothing for so long is in trouble too, in milliseconds: it answers in hundredths of a second as a rule. */
const SILENT_MS = 3000;

export interface Patience {
  readonly signal?: AbortSignal | undefined;
  /** For all tries together, in milliseconds. */
  readonly withinMs?: number;
  /** After so much silence of one try the API server counts as one that cannot be asked, in milliseconds. */
  readonly silentMs?: number;
}

/**
 * Asks the API server, and asks again where it is away, too busy or in trouble, as soon as it wishes to be asked. For what is asked once and has
 * to be known or done; what looks repeatedly looks again anyway. What is asked may be done twice.
 * @throws ChaosError `platform` when it has not answered in time; whatever else it answers at once; the reason of the signal.
 */
export async function askPatiently<Answer>(
  { trouble }: Pick<KubernetesApi, 'trouble'>,
  ask: () => Promise<Answer>,
  { signal, withinMs = PATIENCE_MS, silentMs = SILENT_MS }: Patience = {},
): Promise<Answer> {
  signal?.throwIfAborted();
  const who = {};
  const until = AbortSignal.any([AbortSignal.timeout(withinMs), ...(signal === undefined ? [] : [signal])]);
  const over = new AbortController();
  const ended = once(until, 'abort', { signal: over.signal }).then(() =>
    Promise.reject(new Error('no answer in time')),
  );
  ended.catch(() => undefined); // also when nobody races with it any more
  let last: unknown;
  try {
    while (!until.aborted) {
      const silence = setTimeout(() => trouble.failed(who, new Error('no answer')), silentMs);
      try {
        return await Promise.race([ask(), ended]);
      } catch (error) {
        if (until.aborted) break;
        if (!isPassing(error)) throw error;
        last = error;
        trouble.failed(who, error);
      } finally {
        clearTimeout(silence);
      }
      await pause(pauseAfter(last), undefined, { signal: until }).catch(() => undefined);
    }
  } finally {
    // What is raced with keeps what has won until it is settled itself.
    over.abort();
    trouble.settled(who);
  }
  signal?.throwIfAborted();
  throw new ChaosError({
    code: 'platform',
    message: 'The API server did not answer.',
    afterMs: withinMs,
    lastState: last === undefined ? 'silent' : describeAnswer(last),
    cause: last,
  });
}
