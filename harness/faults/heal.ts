import type { Verification } from '../core/scenario.ts';

/** Undoes the faults now, instead of at the end of the trial: what was lost comes back, what was frozen goes on. What others undo may be late by so much. */
export function healFaults({ lateBySeconds = 0 }: { readonly lateBySeconds?: number } = {}): Verification {
  return { name: 'undo the fault', run: (context) => context.healFaults(lateBySeconds * 1000) };
}
