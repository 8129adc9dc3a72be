import { between } from '../../bounds.ts';
import type { MilestoneKind } from './milestone-kind.ts';

/** Moments of a failure that is made of several faults. */
export const COMPOUND_MILESTONES = {
  'last-fault-injected': {
    title: 'Last of the faults injected',
    of: 'system',
    find: (history) => {
      const [, ...further] = history.all('fault.injected');
      const last = further.at(-1);
      return last && { at: between(last.start, last.end, last.start), evidence: [last.i] };
    },
  },
} as const satisfies Record<string, MilestoneKind>;
