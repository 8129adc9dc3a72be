import { describeError } from '../core/errors.ts';
import type { Verification } from '../core/scenario.ts';

/** Looks for what the fault left behind while the stack still runs: processes that belong to no instance. */
export function scanForStrays(): Verification {
  return {
    name: 'look for left-overs of the fault',
    async run(context) {
      try {
        const found = await context.stack.strayProcesses();
        context.record.append({ type: 'leftovers', scope: 'after-fault', complete: true, found });
      } catch (error) {
        context.record.append({
          type: 'note',
          level: 'warning',
          text: `The scan for left-overs failed: ${describeError(error)}`,
        });
        context.record.append({ type: 'leftovers', scope: 'after-fault', complete: false, found: [] });
      }
    },
  };
}
