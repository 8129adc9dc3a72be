import * as checks from '../harness/checks/index.ts';
import * as faults from '../harness/faults/index.ts';
import * as waits from '../harness/waits/index.ts';
import * as workload from '../harness/workload/index.ts';
import { REPLACEMENT } from '../harness/core/derive/milestones/replacement-milestones.ts';
import { beyond, hungAfter } from '../harness/core/duration.ts';
import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  id: 'worker_failure',
  title: 'A worker dies in the middle of a sync',
  proves: 'A sync whose worker is killed is picked up by another worker within the objective, and no record is lost.',
  objective: 'worker_failure',
  needs: ['signal-instances', 'watch-instances', 'warehouse', 'workflow-identity', 'alert-sink'],
  parameters: {
    ...workload.EVERYDAY,
    killAtShare: 0.4,
  },
  variants: {
    deleted: { title: 'it is taken away for good, and another takes its place' },
    evicted: { title: 'it is asked to leave its machine, and another takes its place' },
    real_connector: {
      title: 'with one of Airbyte’s own connectors as the source',
      set: { connector: 'declarative' },
      stack: { RECORD_API: 'on' },
    },
  },

  plan(set, objective, variant) {
    const sync = workload.subjectSync({ ...set, everyMinutes: 1 });
    const watchFor = beyond(objective.recoverySeconds);
    const of = faults.workerRunningTheSync();
    const when = waits.committedShare({ share: set.killAtShare, within: '60s' });
    const gone = ['process-gone', 'platform-saw-exit', 'ran-the-sync'] as const;
    const killed = { fault: faults.killInstance({ of, when }), requires: gone };
    const way = {
      killed,
      real_connector: killed,
      deleted: { fault: faults.removeInstance({ of, when, how: 'at-once' }), requires: gone },
      evicted: {
        fault: faults.removeInstance({ of, when, how: 'evicted' }),
        requires: ['request-accepted', 'ran-the-sync'],
      },
    } as const;
    const { fault, requires } = way[variant ?? 'killed'];
    return {
      probes: (stack, trial) => workload.everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: waits.healthyStack(),
      workload: [
        workload.watchLeader('scheduler'),
        workload.apiLoad({ ratePerSecond: set.loadPerSecond }),
        sync.workload,
      ],
      underway: [waits.syncMovesRecords({ within: '60s' })],
      fault,
      recovery: {
        path: ['injected', 'took-effect', 'detected', 'next-attempt-started', 'new-records-committed'],
        because: 'the sync is back when records arrive that had not arrived before, not when a process is up again',
        beside: [...REPLACEMENT, 'instance-restarted', 'full-capacity', 'job-finished', 'next-run-finished'],
        until: [
          waits.recovered({ milestone: 'new-records-committed', within: watchFor }),
          waits.interruptedJobOver({ within: hungAfter(objective) }),
          waits.allInstancesReady({ within: watchFor }),
        ],
      },
      verification: [
        sync.addRecords(500),
        workload.brokenSyncRaisesAlert(),
        waits.nextScheduledRunOver({ within: '2m' }),
        sync.readDestination(),
        workload.readLedger('database writes'),
        workload.scanForStrays(),
      ],
      checks: [
        checks.steadyState(),
        checks.faultHappened({ requires }),
        checks.recoveryTime(),
        checks.jobOutcome(),
        checks.retryPolicy(),
        checks.resumedFromState(set),
        checks.destinationComplete(),
        checks.acknowledgedWrites(),
        checks.apiAvailability({ probe: 'api health', longest: '2s' }),
        checks.capacityRestored(),
        checks.nextRunNormal(),
        checks.alertDelivery(),
        checks.nothingLeftOver('after-fault'),
      ],
    };
  },
});
