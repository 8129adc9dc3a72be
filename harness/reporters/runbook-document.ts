import { milestoneTitle } from '../core/derive/milestones.ts';
import type { Objective } from '../core/events.ts';
import type { Runbook } from '../core/runbook.ts';
import type { Scenario, ScenarioPlan } from '../core/scenario.ts';
import { formatLimit } from './measurement.ts';

/** A runbook as a Markdown document, for the folder or the wall of those on call: the same steps that a run carries out. */
export function renderRunbook(runbook: Runbook, objective: Objective, scenarioId: string): string {
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
    objectiveLine(objective),
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

/** Checks of the rehearsal itself, not of the system: nobody on call can look at these. */
const OF_REHEARSALS: ReadonlySet<string> = new Set(['steady_state', 'fault_happened']);

function objectiveLine({ recoverySeconds, lostWrites, recoveryPointSeconds: point, source }: Objective): string {
  const loss = point === undefined ? `${lostWrites} lost writes` : `at most ${formatLimit(point)} of writes lost`;
  return `**Objective:** back within ${formatLimit(recoverySeconds)}, ${loss} (${source}).`;
}

/**
 * What those on call have to know of a failure that the system recovers from by itself, as Markdown: what it does to users, what should happen
 * when, and from when on waiting is wrong. From the objective, and from the moments and waits by which a run is judged.
 */
export function renderWatchList(
  scenario: Pick<Scenario, 'id' | 'title' | 'variants'>,
  plan: ScenarioPlan,
  objective: Objective,
): string {
  const { path, because, beside, from } = plan.recovery;
  const moments = path.slice(1).map((id, index) => `${index + 1}. ${milestoneTitle(id)}.`);
  const variants = Object.entries(scenario.variants ?? {});
  const { expectedSeconds: expected } = objective;
  return [
    `# ${scenario.title}`,
    '',
    objectiveLine(objective),
    '',
    ...(objective.impact === undefined ? [] : [`**What users notice:** ${objective.impact}`, '']),
    ...(objective.recovery === undefined ? [] : [`**How it comes back:** ${objective.recovery}`, '']),
    '## What should happen, in this order',
    '',
    ...moments,
    '',
    `The clock starts ${from === 'fault-healed' ? 'when the cause is gone' : 'with the failure'} and stops with the last of these: ${because}.`,
    '',
    ...(beside.length === 0
      ? []
      : ['Beside it, in no fixed order:', '', ...beside.map((id) => `- ${milestoneTitle(id)}`), '']),
    '## When to act',
    '',
    `- [ ] Not back after ${formatLimit(objective.recoverySeconds)}: it is no longer the failure that this document is about. Call whoever owns the system.`,
    ...(expected === undefined
      ? []
      : [`- [ ] Back, but after more than ${formatLimit(expected)}: write it down; it is slower than usual.`]),
    ...plan.checks
      .filter(({ id }) => !OF_REHEARSALS.has(id))
      .map(({ title }) => `- [ ] Afterwards, make sure: ${title}.`),
    '',
    ...(variants.length === 0
      ? []
      : ['The same in other ways:', '', ...variants.map(([name, { title }]) => `- \`${name}\`: ${title}`), '']),
    `Rehearsed by \`npm run chaos -- ${scenario.id}\`, which waits for these moments and judges by these checks.`,
    '',
  ].join('\n');
}

/** The page over all runbooks of a folder. */
export function renderRunbookIndex(
  entries: readonly { readonly id: string; readonly title: string; readonly hasSteps: boolean }[],
): string {
  const list = (hasSteps: boolean): string[] =>
    entries.filter((entry) => entry.hasSteps === hasSteps).map(({ id, title }) => `- [${title}](${id}.md)`);
  return [
    '# Runbooks',
    '',
    'Written by `npm run chaos -- runbook --write docs/runbooks` from the code that a rehearsal executes; do not edit them. A test fails when they differ.',
    '',
    'Recoveries that people carry out, step by step:',
    '',
    ...list(true),
    '',
    'Failures that the system recovers from by itself; what to watch, and when to act:',
    '',
    ...list(false),
    '',
  ].join('\n');
}
