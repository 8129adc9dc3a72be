import { acknowledgedWrites } from '../harness/checks/acknowledged-writes.ts';
import { alertDelivery } from '../harness/checks/alert-delivery.ts';
import { apiAvailability } from '../harness/checks/api-availability.ts';
import { capacityRestored } from '../harness/checks/capacity-restored.ts';
import { destinationComplete } from '../harness/checks/destination-complete.ts';
import { faultHappened } from '../harness/checks/fault-happened.ts';
import { jobOutcome } from '../harness/checks/job-outcome.ts';
import { nothingLeftOver } from '../harness/checks/left-overs.ts';
import { nextRunNormal } from '../harness/checks/next-run.ts';
import { recoveryTime } from '../harness/checks/recovery-time.ts';
import { resumedFromState } from '../harness/checks/resumed-from-state.ts';
import { retryPolicy } from '../harness/checks/retry-policy.ts';
import { steadyState } from '../harness/checks/steady-state.ts';
import { beyond, hungAfter } from '../harness/core/duration.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { killInstance } from '../harness/faults/kill-instance.ts';
import { workerRunningTheSync } from '../harness/faults/selectors.ts';
import { allInstancesReady } from '../harness/waits/platform.ts';
import { probesGood } from '../harness/waits/probes.ts';
import {
  committedShare,
  interruptedJobOver,
  nextScheduledRunOver,
  recovered,
  syncMovesRecords,
} from '../harness/waits/sync.ts';
import { apiLoad } from '../harness/workload/api-load.ts';
import { watchLeader } from '../harness/workload/observers.ts';
import { brokenSyncRaisesAlert } from '../harness/workload/broken-sync.ts';
import { EVERYDAY, everydayProbes } from '../harness/workload/everyday.ts';
import { scanForStrays } from '../harness/workload/stray-scan.ts';
import { subjectSync } from '../harness/workload/subject-sync.ts';
import { readLedger } from '../harness/workload/write-ledger.ts';

export default defineScenario({
  id: 'worker_failure',
  title: 'A worker dies in the middle of a sync',
  proves: 'A sync whose worker is killed is picked up by another worker within the objective, and no record is lost.',
  objective: 'worker_failure',
  needs: ['signal-instances', 'watch-instances', 'warehouse', 'workflow-identity', 'alert-sink'],
  parameters: {
    ...EVERYDAY,
    killAtShare: 0.4,
  },
  variants: {
    real_connector: {
      title: 'with one of Airbyte’s own connectors as the source',
      set: { connector: 'declarative' },
      stack: { RECORD_API: 'on' },
    },
  },

  plan(set, objective) {
    const sync = subjectSync({ ...set, everyMinutes: 1 });
    const watchFor = beyond(objective.recoverySeconds);
    return {
      probes: (stack, trial) => everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: [allInstancesReady({ within: '60s' }), probesGood({ span: '3s', within: '30s' })],
      workload: [watchLeader('scheduler'), apiLoad({ ratePerSecond: set.loadPerSecond }), sync.workload],
      underway: [syncMovesRecords({ within: '60s' })],
      fault: killInstance({
        of: workerRunningTheSync(),
        when: committedShare({ share: set.killAtShare, within: '60s' }),
      }),
      recovery: {
        path: ['injected', 'took-effect', 'detected', 'next-attempt-started', 'new-records-committed'],
        because: 'the sync is back when records arrive that had not arrived before, not when a process is up again',
        beside: ['instance-restarted', 'full-capacity', 'job-finished', 'next-run-finished'],
        until: [
          recovered({ milestone: 'new-records-committed', within: watchFor }),
          interruptedJobOver({ within: hungAfter(objective) }),
          allInstancesReady({ within: watchFor }),
        ],
      },
      verification: [
        sync.addRecords(500),
        brokenSyncRaisesAlert(),
        nextScheduledRunOver({ within: '2m' }),
        sync.readDestination(),
        readLedger('database writes'),
        scanForStrays(),
      ],
      checks: [
        steadyState(),
        faultHappened({ requires: ['process-gone', 'platform-saw-exit', 'ran-the-sync'] }),
        recoveryTime(),
        jobOutcome(),
        retryPolicy(),
        resumedFromState(set),
        destinationComplete(),
        acknowledgedWrites(),
        apiAvailability({ probe: 'api health', longest: '2s' }),
        capacityRestored(),
        nextRunNormal(),
        alertDelivery(),
        nothingLeftOver('after-fault'),
      ],
    };
  },
});
