import * as checks from '../../harness/checks/index.ts';
import * as waits from '../../harness/waits/index.ts';
import * as workload from '../../harness/workload/index.ts';
import { beyond, hungAfter, type Duration } from '../../harness/core/duration.ts';
import type { Objective } from '../../harness/core/objective.ts';
import type { Check, Parameters, ScenarioPlan, Verification, Wait } from '../../harness/core/scenario.ts';
import type { PodTakenAwayOptions } from './pod-taken-away.ts';
import { NO_LOAD, underLoad } from './under-load.ts';

/** How a record says what was looked at, whatever was broken. */
export const WATCHED = {
  /** The sync must be there before, and is what the run is about. */
  aboutSync: false,
  probeEveryMs: 500,
  /** How long a sync that was in flight is waited for; 0: as long as the objective says before it is hung. */
  syncWithinMinutes: 0,
  /** What schedules prescribe: `looked-at`, or `required` where that none was due is no pass. */
  schedules: 'not looked at',
  /** What becomes due for so long after the recovery has to come too; 0: only what became due while the run went on anyway. */
  schedulesWithinMinutes: 0,
  ...NO_LOAD,
} satisfies Parameters;

/** What a rehearsal on an existing Airbyte looks at and waits for, whatever it breaks. */
export interface Watched {
  readonly before: Pick<ScenarioPlan, 'probes' | 'steadyState' | 'workload' | 'underway'>;
  /** So long what was broken may take to come back: longer than the objective allows. */
  readonly watchFor: Duration;
  /** When it is back. */
  readonly until: readonly (Wait | Verification)[];
  readonly checks: readonly Check[];
}

export function watched(options: PodTakenAwayOptions, set: Parameters, objective: Objective): Watched {
  const { outcome, warnings, airbyte, health } = options;
  const scheduled = schedulesOf(options, set);
  const loaded = underLoad(options.load, set);
  const watchFor = beyond(objective.recoverySeconds);
  const syncWithin =
    set['syncWithinMinutes'] === 0 ? hungAfter(objective) : (`${Number(set['syncWithinMinutes'])}m` as const);
  return {
    before: {
      probes: () => [workload.healthAt(health, Number(set['probeEveryMs']))],
      steadyState: waits.healthyStack(),
      workload: [
        workload.expectation(`Expected: ${outcome}`, 'info'),
        ...warnings.map((text) => workload.expectation(text, 'warning')),
        ...loaded.workload,
        ...scheduled.workload,
        ...(airbyte === undefined ? [] : [workload.existingSyncs({ ...options, airbyte })]),
      ],
      underway: [...loaded.underway, ...(set['aboutSync'] === true ? [waits.syncRuns({ within: '5m' })] : [])],
    },
    watchFor,
    until: [
      waits.syncsOver({ within: syncWithin }),
      // What comes back for a moment only has not come back.
      waits.probesGood({ span: '10s', within: watchFor }),
      ...loaded.until,
      ...scheduled.until,
    ],
    checks: [...loaded.checks, ...scheduled.checks],
  };
}

/** The looks at what schedules prescribe; without them when a record is only judged. */
function schedulesOf(
  { looks, connectionId, mayStart }: PodTakenAwayOptions,
  set: Parameters,
): Pick<Watched, 'until' | 'checks'> & Pick<ScenarioPlan, 'workload'> {
  if (set['schedules'] !== 'looked-at' && set['schedules'] !== 'required')
    return { workload: [], until: [], checks: [] };
  const minutes = Number(set['schedulesWithinMinutes']);
  const look =
    looks &&
    workload.lookAtExisting({
      ...looks,
      schedulesMs: minutes * 60_000,
      started: mayStart ? connectionId : undefined,
      isUpMeanwhile: true,
    });
  return {
    workload: look === undefined ? [] : [look.before],
    until: look === undefined ? [] : [look.after, look.schedules],
    checks: [checks.schedulesKept({ isRequired: minutes > 0 || set['schedules'] === 'required' })],
  };
}
