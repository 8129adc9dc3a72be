import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../harness/core/clock.ts';
import type { Objective, RetryPolicy } from '../../harness/core/events.ts';
import type { Platform, RunningStack } from '../../harness/core/platform.ts';
import type { ProbeSpec } from '../../harness/core/probe.ts';
import { seededRandom } from '../../harness/core/random.ts';
import type { Workload } from '../../harness/core/scenario.ts';
import { PACE } from '../../harness/platforms/kind/kind-platform.ts';
import { openTrial } from '../../harness/runner/open-trial.ts';
import { RunRecorder } from '../../harness/runner/run-recorder.ts';
import { openRecord } from '../../harness/store/record-writer.ts';
import { dropOwnTables } from '../../harness/workload/between-faults.ts';
import { EVERYDAY, everydayProbes, watchDatabase, watchLeader, watchMachines } from '../../harness/workload/index.ts';

/** A way in which a run looks at a cluster. */
export interface Attachment {
  readonly name: string;
  /** Of probes; the watches of components and autoscalers are part of every run. */
  readonly probes: (stack: RunningStack, trial: number) => readonly ProbeSpec[];
  readonly watches: () => readonly Workload[];
}

const everyday =
  (everyMs: number): Attachment['probes'] =>
  (stack, trial) =>
    everydayProbes(stack, trial, everyMs);

/** What every scenario of a machine does while it measures, its load and its sync left out. */
export const ATTACHED: Attachment = {
  name: `watches and everyday probes every ${PACE.probeEveryMs} ms, as on kind`,
  probes: everyday(PACE.probeEveryMs),
  watches: () => [watchMachines()],
};

/** Less and more than that: what the watches cost without the probes, and what the scenarios cost that look at the most. */
export const FURTHER: readonly Attachment[] = [
  {
    name: `watches and everyday probes every ${EVERYDAY.probeEveryMs} ms, as on the local platform`,
    probes: everyday(EVERYDAY.probeEveryMs),
    watches: () => [watchMachines()],
  },
  { name: 'watches alone', probes: () => [], watches: () => [watchMachines()] },
  {
    name: 'as on kind, with the watches of database_failure and scheduler_failure',
    probes: everyday(PACE.probeEveryMs),
    watches: () => [watchMachines(), watchDatabase(), watchLeader('scheduler')],
  },
];

/** A harness that is attached to a cluster. Disposing detaches it and removes what it wrote. */
export interface Attached extends AsyncDisposable {
  /** Samples of probes so far. */
  samples(): { readonly all: number; readonly bad: number };
  /** @throws Error naming a watch that has told of nothing, or a probe without a good sample: then it costs nothing either. */
  requireEvidence(): void;
  /** Rejects when a watch ended. */
  readonly failure: Promise<never>;
}

interface AttachOptions {
  readonly attachment: Attachment;
  /** Names the ledger. */
  readonly trial: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** Attaches as a run does: opens the stack anew and starts its watches and its probes, with a record on disk. */
export async function attach(
  platform: Pick<Platform, 'findRunning'>,
  { attachment, trial, seed, signal }: AttachOptions,
): Promise<Attached> {
  await using opened = new AsyncDisposableStack();
  const stack = await platform.findRunning();
  if (stack === undefined) throw new Error('The stack is gone.');
  opened.defer(() => stack.release());
  const folder = await mkdtemp(join(tmpdir(), 'chaos-bench-'));
  opened.defer(() => rm(folder, { recursive: true }));
  const clock = systemClock();
  const record = new RunRecorder(openRecord(join(folder, 'run'), { clock }));
  opened.defer(() => record.close());
  const random = seededRandom(seed + trial);
  const nothingToHeal = async (): Promise<void> => Promise.resolve();
  const setting = { trial, stack, clock, random, record, signal, healFaults: nothingToHeal, ...JUDGED_BY_NOBODY };
  opened.defer(() => dropOwnTables(stack));
  const probed = attachment.probes(stack, trial);
  const open = await openTrial(setting, probed);
  opened.defer(async () => {
    const problems = await open.close();
    if (problems.length > 0) throw new Error(`Not put away: ${problems.join(', ')}`);
  });
  const { context, backgroundFailure } = open;
  for (const watch of attachment.watches()) await watch.start(context);
  const toDetach = opened.move();
  return {
    samples() {
      const samples = record.events.filter((event) => event.type === 'sample');
      return { all: samples.length, bad: samples.filter(({ ok }) => !ok).length };
    },
    requireEvidence() {
      const wanted = ['component', 'machine', 'autoscaler'] as const;
      const silent: string[] = wanted.filter((type) => context.history.all(type).length === 0);
      const good = context.history.all('sample').filter(({ ok }) => ok);
      silent.push(...probed.flatMap(({ name }) => (good.some(({ probe }) => probe === name) ? [] : [`"${name}"`])));
      if (silent.length > 0) throw new Error(`Attached, and nothing was heard of: ${silent.join(', ')}.`);
    },
    failure: backgroundFailure,
    [Symbol.asyncDispose]: () => toDetach.disposeAsync(),
  };
}

/** A trial has an objective and a retry policy; nothing that is attached here reads them. */
const JUDGED_BY_NOBODY: { readonly objective: Objective; readonly retryPolicy: RetryPolicy } = {
  objective: { id: 'none', recoverySeconds: 1, lostWrites: 0, source: 'bench' },
  retryPolicy: { kind: 'exponential', attempts: 1, initialSeconds: 0, factor: 1, maxSeconds: 0 },
};
