import type { Objective } from '../core/events.ts';
import type { Runbook } from '../core/runbook.ts';
import { formatLimit } from './measurement.ts';

/** A runbook as a Markdown document, for the folder or the wall of those on call: the same steps that a run carries out. */
export function renderRunbook(runbook: Runbook, objective: Objective, scenarioId: string): string {
  const point = objective.recoveryPointSeconds;
  const loss =
    point === undefined ? `${objective.lostWrites} lost writes` : `at most ${formatLimit(point)} of writes lost`;
  const steps = runbook.steps.flatMap((step, index) => [
    `## ${index + 1}. ${step.title}`,
    '',
    `**Do:** ${step.does}`,
    '',
    `**Done when:** ${step.verify}`,
    '',
    '- [ ] done at ____ by ____',
    '',
  ]);
  return [
    `# Runbook: ${runbook.title}`,
    '',
    `**Use it when:** ${runbook.when}`,
    '',
    `**Objective:** back within ${formatLimit(objective.recoverySeconds)}, ${loss} (${objective.source}).`,
    '',
    '**You need:**',
    '',
    ...runbook.needs.map((need) => `- ${need}`),
    '',
    'Do the steps in this order. When a step is not done, stop and find out why: what follows builds on it.',
    '',
    ...steps,
    `Rehearsed by \`npm run chaos -- ${scenarioId}\`, which carries out these steps as code and measures each.`,
    '',
  ].join('\n');
}
