import { between } from '../../bounds.ts';
import { clockLooks } from '../clock-looks.ts';
import { injectionTime } from '../fault-time.ts';
import type { MilestoneKind } from './milestone-kind.ts';

/**
 * So many looks in a row have to be right, for each of the instances that answer in their turns: one of n that is wrong is overlooked by 10 n looks, each of which meets any of them, once in
 * e^10 (22,000) times.
 */
const RIGHT_EACH = 10;
/** And so many at the least. */
export const RIGHT_IN_A_ROW = 20;

/** Moments of a clock that was told a wrong time. */
export const CLOCK_MILESTONES = {
  'clock-right': {
    title: 'Every answer tells the right time again',
    of: 'system',
    find: (history) => {
      const injected = injectionTime(history);
      const since = clockLooks(history)?.looks.filter(({ event }) => event.end > (injected?.at.high ?? Infinity)) ?? [];
      const last = since.findLastIndex(({ is }) => is !== 'right');
      const [wrong, right] = [since[last], since[last + 1]];
      if (wrong === undefined || right === undefined) return undefined;
      const instances = history.latest('platform.ready')?.expected[right.event.component] ?? 1;
      if (since.length - (last + 1) < Math.max(RIGHT_IN_A_ROW, RIGHT_EACH * instances)) return undefined;
      return { at: between(wrong.event.start, right.event.end), evidence: [wrong.event.i, right.event.i] };
    },
  },
} as const satisfies Record<string, MilestoneKind>;
