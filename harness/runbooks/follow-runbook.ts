import { describeError } from '../core/errors.ts';
import type { Runbook } from '../core/runbook.ts';
import type { Verification } from '../core/scenario.ts';

/** Carries out a runbook and writes down each step with its time. Stops at the first step that fails: what follows would build on sand. */
export function followRunbook(runbook: Runbook): Verification {
  return {
    name: `follow the runbook "${runbook.title}"`,
    async run(context) {
      const { id, title, steps } = runbook;
      const planned = steps.map((step) => ({ id: step.id, title: step.title }));
      context.record.append({ type: 'runbook.started', runbook: id, title, steps: planned });
      for (const step of steps) {
        context.record.append({ type: 'step', text: step.title });
        const start = context.clock.now();
        const { ok, details } = await step.run(context).then(
          (found) => ({ ok: true, details: found }),
          (error: unknown) => ({ ok: false, details: describeError(error).replace(/\.$/, '') }),
        );
        context.signal.throwIfAborted();
        const end = context.clock.now();
        context.record.append({
          type: 'runbook.step',
          runbook: id,
          step: step.id,
          title: step.title,
          ok,
          details,
          start,
          end,
        });
        if (!ok) return;
      }
    },
  };
}
