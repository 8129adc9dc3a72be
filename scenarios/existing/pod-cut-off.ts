import * as checks from '../../harness/checks/index.ts';
import * as faults from '../../harness/faults/index.ts';
import * as waits from '../../harness/waits/index.ts';
import * as workload from '../../harness/workload/index.ts';
import { CLAIMED_CUT_OFF } from '../../harness/core/derive/fault-time.ts';
import { CUT_SECONDS } from '../../harness/core/fault-tools.ts';
import type { Parameters, Scenario } from '../../harness/core/scenario.ts';
import type { PodTakenAwayOptions } from './pod-taken-away.ts';
import { WATCHED, watched } from './watched.ts';

/** How a record says what was cut off, and what was looked at: with these its checks are found again. */
export const PARTITIONED = {
  /** The component, as the harness calls it. */
  partitioned: 'worker',
  /** From the moment on at which Chaos Mesh says so. */
  cutSeconds: CUT_SECONDS,
  /** Chaos Mesh ends it by itself after so long. */
  expirySeconds: 300,
  /** How long Chaos Mesh may take to end it when it is told to. */
  removedWithinSeconds: 60,
  ...WATCHED,
} satisfies Parameters;

/** Whether a record is one of these. */
export function isOfPartition(parameters: Parameters): boolean {
  return typeof parameters['partitioned'] === 'string';
}

/** On an Airbyte that is there already: one pod is cut off from the network by Chaos Mesh, and comes back when the cut is ended. */
export function podCutOff(options: PodTakenAwayOptions): Scenario {
  return {
    ...options.scenario,
    proves:
      'With one pod cut off from the network the rest goes on, no sync in flight is lost as far as can be seen from outside, and the pod is back within the objective once the cut is over.',
    needs: ['watch-instances', 'partition-instances'],
    parameters: PARTITIONED,
    plan(set, objective) {
      const { before, watchFor, until, checks: furtherChecks } = watched(options, set, objective);
      const cutSeconds = Number(set['cutSeconds']);
      return {
        ...before,
        fault: faults.partitionInstance({
          of: faults.firstThatMayGo(faults.instancesOf(String(set['partitioned']))),
          when: waits.allInstancesReady({ within: '60s' }),
          lastsSeconds: cutSeconds,
          expirySeconds: Number(set['expirySeconds']),
          removedWithinSeconds: Number(set['removedWithinSeconds']),
        }),
        recovery: {
          path: ['injected', 'took-effect', 'fault-healed', 'full-capacity'],
          from: 'fault-healed',
          because: 'how long it is cut off is up to the run; from the end of the cut on it has to come back by itself',
          beside: [
            'called-not-ready',
            'replacement-started',
            'replacement-ready',
            'replacement-in-service',
            'job-finished',
          ],
          until: [
            waits.cutLasted(`${cutSeconds}s`),
            // By then Chaos Mesh itself has ended it, if it ever does.
            faults.healFaults({ lateBySeconds: Number(set['expirySeconds']) }),
            waits.backAfterCut({ within: watchFor }),
            ...until,
          ],
        },
        verification: [workload.scanForStrays()],
        checks: [
          checks.steadyState(),
          checks.faultHappened({ requires: [CLAIMED_CUT_OFF, 'cut-off'] }),
          checks.recoveryTime(),
          checks.claimedSyncs({ isRequired: true }),
          checks.apiAvailability({ probe: 'api health', longest: '2s' }),
          checks.nothingLeftOver('after-fault'),
          ...furtherChecks,
        ],
      };
    },
  };
}
