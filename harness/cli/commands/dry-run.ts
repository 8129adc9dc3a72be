import { formatMillis } from '../../core/duration.ts';
import type { Objective } from '../../core/events.ts';
import type { Platform } from '../../core/platform.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { Settings } from '../settings.ts';

/** Prints what a run would do and hit, and does nothing. */
export async function printDryRun(
  scenario: Scenario,
  settings: Settings,
  objective: Objective,
  platform: Platform,
  variant?: string,
): Promise<void> {
  const plan = scenario.plan(settings.parameters, objective, variant);
  const running = await platform.findRunning();
  const where =
    running === undefined
      ? 'a stack of its own, brought up for the run and taken down after it'
      : `stack ${running.id}, which is up`;
  const lines = [
    `${scenario.title} (${scenario.id})`,
    `  platform    ${platform.id}: ${where}`,
    `  objective   ${formatMillis(objective.recoverySeconds * 1000)}, ${objective.lostWrites} lost writes (${objective.source})`,
    `  parameters  ${Object.entries(settings.parameters)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}`,
    `  before      ${[...plan.steadyState, ...plan.underway].map(({ name }) => name).join('; ')}`,
    `  workload    ${plan.workload.map(({ name }) => name).join('; ')}`,
    ...[plan.fault, ...(plan.then ?? [])].map((fault) => `  fault       ${fault.description}, when ${fault.when.name}`),
    `  would hit   ${plan.fault.hits ?? (running === undefined ? 'one instance of that stack, chosen when the sync runs' : await describeCandidates(running))}`,
    `  recovered   ${plan.recovery.path.at(-1)}: ${plan.recovery.because}`,
    `  checks      ${plan.checks.map(({ id }) => id).join(', ')}`,
    '',
    'Nothing was done (--dry-run).',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function describeCandidates(stack: NonNullable<Awaited<ReturnType<Platform['findRunning']>>>): Promise<string> {
  const workers = (await stack.instances()).filter(({ component }) => component === 'worker');
  return `one of ${workers.map(({ name, pid }) => `${name} (process ${pid ?? '?'})`).join(', ')}`;
}
