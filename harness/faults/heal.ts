import type { Verification } from '../core/scenario.ts';

/** Undoes the faults now, instead of at the end of the trial: what was lost comes back, what was frozen goes on. */
export function healFaults(): Verification {
  return { name: 'undo the fault', run: (context) => context.healFaults() };
}
