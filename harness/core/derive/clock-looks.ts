import { formatMillis } from '../duration.ts';
import type { EventOf } from '../events.ts';
import type { History } from '../history.ts';
import { injectionTime } from './fault-time.ts';

/** Fewer looks before the fault say too little of what the clock was. */
const FEWEST = 3;

/** One look at a clock. */
export interface ClockLook {
  readonly event: EventOf<'clock.told'>;
  /** By how much it was ahead of what it was before the fault, in milliseconds; negative where it was behind. */
  readonly aheadMs: number;
  /** `off`: as far off as it was told; `other`: neither that nor right. */
  readonly is: 'right' | 'off' | 'other';
}

/**
 * The looks at the clock of a run that told it a wrong time, each held against what it was before the fault: the clock of this machine may be off itself. Undefined where
 * that is not known. A look is right, or as far off as was meant, to a quarter of the offset; answers tell whole seconds.
 */
export function clockLooks(
  history: History,
): { readonly looks: readonly ClockLook[]; readonly spreadMs: number; readonly isSame: boolean } | undefined {
  const { offsetSeconds, behind } = history.first('run.started')?.parameters ?? {};
  const offsetMs = 1000 * Number(offsetSeconds) * (behind === true ? -1 : 1);
  const all = history.all('clock.told');
  const injected = injectionTime(history)?.at.low ?? Infinity;
  const before = all
    .filter(({ end }) => end < injected)
    .map(aheadOf)
    .toSorted((one, other) => one - other);
  const usual = before[Math.floor(before.length / 2)];
  if (usual === undefined || before.length < FEWEST || !Number.isFinite(offsetMs)) return undefined;
  const isNear = (one: number, other: number): boolean => Math.abs(one - other) <= Math.abs(offsetMs) / 4;
  const looks = all.map((event): ClockLook => {
    const aheadMs = aheadOf(event) - usual;
    return { event, aheadMs, is: isNear(aheadMs, 0) ? 'right' : isNear(aheadMs, offsetMs) ? 'off' : 'other' };
  });
  return {
    looks,
    spreadMs: (before.at(-1) ?? usual) - (before[0] ?? usual),
    isSame: before.every((one) => isNear(one, usual)),
  };
}

/** `10 min ahead of`, `45.2 s behind` */
export function describeAhead(aheadMs: number): string {
  return `${formatMillis(Math.abs(aheadMs))} ${aheadMs < 0 ? 'behind' : 'ahead of'}`;
}

function aheadOf({ ahead: [low, high] }: EventOf<'clock.told'>): number {
  return (low + high) / 2;
}
