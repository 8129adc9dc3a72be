import { formatMillis } from '../../core/duration.ts';
import type { PlatformTrouble } from '../../core/platform.ts';
import { describeAnswer } from './api-answers.ts';

/** So long all must be well before a time of trouble counts as over: one that comes and goes is told of once. */
const SETTLED_MS = 1000;
/** So many different answers are named. */
const NAMED = 5;

/** The times in which the API server of one cluster could not be asked or followed, whoever tried. */
export interface ApiTrouble {
  /** It did not do what it was asked for; `who` is going to ask again. */
  failed(who: object, error: unknown): void;
  /** It did, or `who` asks no more. Nothing happens where it had not failed. */
  settled(who: object): void;
  /** Calls the listener when such a time begins and when it is over, at once when there is one now. Returns what ends that. */
  onChange(listener: (trouble: PlatformTrouble) => void): () => void;
  /** Nobody asks any more. */
  close(): void;
}

interface Lasting {
  readonly startedAt: number;
  readonly answers: Set<string>;
  tries: number;
  /** When the last one of those who had failed was answered. */
  endedAt: number;
}

/** @param settledMs of quiet after which it is over, in milliseconds */
export function apiTrouble(cluster: string, settledMs: number = SETTLED_MS): ApiTrouble {
  const listeners = new Set<(trouble: PlatformTrouble) => void>();
  const failing = new Set<object>();
  let lasting: Lasting | undefined;
  let settling: NodeJS.Timeout | undefined;
  let isClosed = false;

  function tell(trouble: PlatformTrouble): void {
    for (const listener of listeners) listener(trouble);
  }
  function begun(answer: string): PlatformTrouble {
    return { isOver: false, text: `The API server of ${cluster} cannot be asked (${answer}); it is tried again.` };
  }
  function end(how: string): void {
    if (lasting === undefined) return;
    const { startedAt, endedAt, answers, tries } = lasting;
    lasting = undefined;
    const said = [...answers].join(', ');
    const text = `The API server of ${cluster} ${how} after ${formatMillis(endedAt - startedAt)} (failed tries: ${tries}; ${said}).`;
    tell({ isOver: true, text });
  }
  return {
    failed(who, error) {
      if (isClosed) return;
      clearTimeout(settling);
      failing.add(who);
      const answer = describeAnswer(error);
      const isNew = lasting === undefined;
      lasting ??= { startedAt: performance.now(), answers: new Set(), tries: 0, endedAt: 0 };
      if (lasting.answers.size < NAMED) lasting.answers.add(answer);
      lasting.tries += 1;
      if (isNew) tell(begun(answer));
    },
    settled(who) {
      if (!failing.delete(who) || failing.size > 0 || lasting === undefined) return;
      lasting.endedAt = performance.now();
      settling = setTimeout(() => end('can be asked again'), settledMs).unref();
    },
    onChange(listener) {
      listeners.add(listener);
      if (lasting !== undefined) listener(begun([...lasting.answers].join(', ')));
      return () => listeners.delete(listener);
    },
    close() {
      isClosed = true;
      clearTimeout(settling);
      const isStill = failing.size > 0;
      if (isStill && lasting !== undefined) lasting.endedAt = performance.now();
      end(isStill ? 'is not asked any more' : 'can be asked again');
    },
  };
}
