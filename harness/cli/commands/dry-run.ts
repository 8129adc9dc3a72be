import { formatMillis } from '../../core/duration.ts';
import type { Platform, RunningStack } from '../../core/platform.ts';
import { faultsOf, type Fault } from '../../core/scenario.ts';
import type { PlannedRun } from '../plan-run.ts';

/** Prints what a run would do and hit, and does nothing. */
export async function printDryRun(
  { scenario, parameters, objective, variant }: PlannedRun,
  platform: Platform,
): Promise<void> {
  const plan = scenario.plan(parameters, objective, variant);
  const faults = faultsOf(plan);
  const running = await platform.findRunning();
  const where =
    running === undefined
      ? 'a stack of its own, brought up for the run and taken down after it'
      : `stack ${running.id}, which is up`;
  const hits = await Promise.all(faults.map((fault) => describeHits(running, fault)));
  running?.release();
  const lines = [
    `${scenario.title} (${scenario.id})`,
    `  platform    ${platform.id}: ${where}`,
    `  objective   ${formatMillis(objective.recoverySeconds * 1000)}, ${objective.lostWrites} lost writes (${objective.source})`,
    `  parameters  ${Object.entries(parameters)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}`,
    `  before      ${[...plan.steadyState, ...plan.underway].map(({ name }) => name).join('; ')}`,
    `  workload    ${plan.workload.map(({ name }) => name).join('; ')}`,
    ...faults.map((fault) => `  fault       ${fault.description}, when ${fault.when.name}`),
    ...hits.flat(),
    `  recovered   ${plan.recovery.path.at(-1)}: ${plan.recovery.because}`,
    `  checks      ${plan.checks.map(({ id }) => id).join(', ')}`,
    '',
    'Nothing was done (--dry-run).',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** What a fault hits, where that is known beforehand, else the instances that it can hit: which, is decided when the moment has come. */
async function describeHits(stack: RunningStack | undefined, { component, hits }: Fault): Promise<string[]> {
  if (hits !== undefined) return [`  hits        ${hits}`];
  if (stack === undefined) return [];
  const all = await stack.instances();
  const candidates = component === undefined ? all : all.filter((instance) => instance.component === component);
  return [`  can hit     ${candidates.map(({ name, pid }) => `${name} (process ${pid ?? '?'})`).join(', ')}`];
}
