import type { Clock } from '../core/clock.ts';
import { formatMillis } from '../core/duration.ts';
import type { BodyOf } from '../core/events.ts';
import type { Patience, UndoAction } from '../core/platform.ts';

/** An undo that others carry out, as far as it has a time of its own. */
export interface Lateness {
  /** Undefined where the undo has no time of its own, or nobody waits beyond it. */
  readonly patience: Patience | undefined;
  /** What is told of an undo that was done at `end`: nothing where it was in time. */
  at(end: number): Pick<BodyOf<'fault.undone'>, 'lateMs' | 'lastThere'>;
}

interface Place {
  readonly clock: Clock;
  readonly warn: (text: string) => void;
}

/** Follows an undo that begins now, and tells once that its time is over. `lateMs`: see {@link Patience}. */
export function followLateness({ clock, warn }: Place, action: UndoAction | undefined, lateMs: number): Lateness {
  const start = clock.now();
  if (action?.kind !== 'remove-chaos') return { patience: undefined, at: () => ({}) };
  const { withinMs } = action;
  let lastThere: number | undefined;
  let isTold = false;
  function stillThere(agoMs: number): void {
    lastThere = clock.now() - agoMs;
    if (isTold || clock.now() - start <= withinMs) return;
    isTold = true;
    warn(
      `It was to end within ${formatMillis(withinMs)}, and Chaos Mesh has not ended it. It is waited for up to ${formatMillis(lateMs)} more.`,
    );
  }
  return {
    patience: lateMs > 0 ? { lateMs, stillThere } : undefined,
    at(end) {
      if (end - start <= withinMs || lastThere === undefined) return {};
      return { lateMs: end - start - withinMs, lastThere };
    },
  };
}
