import { describeError } from '../core/errors.ts';
import type { BodyOf } from '../core/events.ts';
import type { TrialContext, Workload } from '../core/scenario.ts';
import type { ClusterLoad } from '../platforms/cluster/load/cluster-load.ts';
import type { HeardRunner } from '../platforms/cluster/load/hear-runners.ts';
import { joinRunners, type TimedSlots } from './join-runners.ts';
import { absoluteSlots, clockOffset, readSummary } from './runner-summary.ts';

export type { ClusterLoad };

/** Steady load on the API from other machines. What they say at their end is put on the run's time axis, with by how much it may be off. */
export function loadFromCluster(load: ClusterLoad): Workload {
  return {
    name: `${load.ratePerSecond} API requests per second from ${load.runners} ${load.runners === 1 ? 'runner' : 'runners'} of the k6 operator`,
    async start(context) {
      const { clock, signal, record } = context;
      const loadContext = {
        now: () => clock.now(),
        say: (text: string) => void record.append({ type: 'step', text }),
        signal,
      };
      await load.start(context.trial, loadContext);
      context.beforeJudging('load', async () => {
        try {
          writeDown(context, await load.end(loadContext));
        } catch (error) {
          const text = `The results of the load could not be had: ${describeError(error)}`;
          record.append({ type: 'note', level: 'warning', text });
        }
      });
    },
  };
}

function writeDown({ record, clock }: TrialContext, runners: readonly HeardRunner[]): void {
  const wallOffsetMs = clock.wall().getTime() - clock.now();
  const read = runners.map((heard) => readRunner(heard, wallOffsetMs));
  for (const { event } of read) record.append(event);
  for (const event of joinRunners(read.flatMap(({ timed }) => timed ?? []))) record.append(event);
}

interface ReadRunner {
  readonly event: BodyOf<'load.runner'> & { readonly type: 'load.runner' };
  readonly timed?: TimedSlots;
}

/** @param wallOffsetMs of the wall clock here, ahead of the run's */
export function readRunner(heard: HeardRunner, wallOffsetMs: number): ReadRunner {
  const { runner, log, problem } = heard;
  const summary = log === undefined ? (problem ?? 'it was not heard') : readSummary(log);
  if (typeof summary === 'string') return { event: { type: 'load.runner', runner, problem: summary } };
  const { requests, failed, dropped, statuses } = summary;
  const counts = { requests, failed, dropped, statuses };
  const offset = clockOffset(summary, heard);
  if (offset === undefined) {
    const clockSet = 'its clock was set meanwhile, so its requests are counted and have no times';
    return { event: { type: 'load.runner', runner, counts, problem: clockSet } };
  }
  const clockAhead = { lowMs: offset.low - wallOffsetMs, highMs: offset.high - wallOffsetMs };
  return {
    event: { type: 'load.runner', runner, counts, clockAhead },
    timed: { slots: absoluteSlots(summary), offset },
  };
}
