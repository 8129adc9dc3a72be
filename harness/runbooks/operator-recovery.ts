import { formatMillis } from '../core/duration.ts';
import { ChaosError } from '../core/errors.ts';
import { describeCommandEnd, isDone, type OperatorCommand, type OperatorCommands } from '../core/operator-commands.ts';
import type { Runbook } from '../core/runbook.ts';

/** The recovery that an operator has written down as commands of their own: each is done when it ends with exit code 0 in its time. */
export function operatorRecovery(steps: readonly OperatorCommand[], operator: OperatorCommands): Runbook {
  return {
    id: 'operator_recovery',
    title: 'Recovery by the operator’s own commands',
    when: 'The whole site is lost.',
    needs: ['what the commands need'],
    steps: steps.map((step) => ({
      id: step.id,
      title: step.owner === undefined ? step.title : `${step.title} (${step.owner})`,
      does: step.command.join(' '),
      verify: `It ends with exit code 0 within ${formatMillis(step.withinMs)}.`,
      async run({ signal }) {
        const started = await operator.start(step, signal);
        const end = await started.ended;
        if (isDone(end)) return end.lastLine === '' ? 'ended with exit code 0' : end.lastLine;
        throw new ChaosError({ code: 'platform', message: `${step.command[0] ?? ''} ${describeCommandEnd(end)}.` });
      },
    })),
  };
}
