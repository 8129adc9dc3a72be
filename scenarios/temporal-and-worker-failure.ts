import { acknowledgedWrites } from '../harness/checks/acknowledged-writes.ts';
import { alertDelivery } from '../harness/checks/alert-delivery.ts';
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
import { beyond } from '../harness/core/duration.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { killInstance } from '../harness/faults/kill-instance.ts';
import { instancesOf, workerRunningTheSync } from '../harness/faults/selectors.ts';
import { afterFault } from '../harness/waits/faults.ts';
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
import { brokenSyncRaisesAlert } from '../harness/workload/broken-sync.ts';
import { EVERYDAY, everydayProbes } from '../harness/workload/everyday.ts';
import { scanForStrays } from '../harness/workload/stray-scan.ts';
import { subjectSync } from '../harness/workload/subject-sync.ts';
import { readLedger } from '../harness/workload/write-ledger.ts';

export default defineScenario({
  id: 'temporal_and_worker_failure',
  title: 'Temporal and the worker that runs the sync die together',
  proves: 'A sync survives that the worker that ran it and what should notice and retry it die at the same moment.',
  objective: 'temporal_and_worker_failure',
  needs: ['signal-instances', 'watch-instances', 'warehouse', 'workflow-identity', 'alert-sink'],
  parameters: {
    ...EVERYDAY,
    killAtShare: 0.4,
  },

  plan(set, objective) {
    const sync = subjectSync({ ...set, everyMinutes: 1 });
    const watchFor = beyond(objective.recoverySeconds);
    return {
      probes: (stack, trial) => everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: [allInstancesReady({ within: '60s' }), probesGood({ span: '3s', within: '30s' })],
      workload: [apiLoad({ ratePerSecond: set.loadPerSecond }), sync.workload],
      underway: [syncMovesRecords({ within: '60s' })],
      fault: killInstance({
        of: workerRunningTheSync(),
        when: committedShare({ share: set.killAtShare, within: '60s' }),
      }),
      further: [killInstance({ of: instancesOf('temporal'), when: afterFault({ delay: '0s' }) })],
      recovery: {
        path: [
          'injected',
          'took-effect',
          'last-fault-injected',
          'detected',
          'next-attempt-started',
          'new-records-committed',
        ],
        because: 'the sync is back when records arrive that had not arrived before, not when processes are up again',
        beside: ['full-capacity', 'job-finished', 'next-run-finished'],
        until: [
          recovered({ milestone: 'new-records-committed', within: watchFor }),
          interruptedJobOver({ within: watchFor }),
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
        capacityRestored(),
        nextRunNormal(),
        alertDelivery(),
        nothingLeftOver('after-fault'),
      ],
    };
  },
});
