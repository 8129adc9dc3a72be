import * as checks from '../harness/checks/index.ts';
import * as faults from '../harness/faults/index.ts';
import * as waits from '../harness/waits/index.ts';
import * as workload from '../harness/workload/index.ts';
import { REPLACEMENT } from '../harness/core/derive/milestones/replacement-milestones.ts';
import { beyond } from '../harness/core/duration.ts';
import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  id: 'temporal_and_worker_failure',
  title: 'Temporal and the worker that runs the sync die together',
  proves: 'A sync survives that the worker that ran it and what should notice and retry it die at the same moment.',
  objective: 'temporal_and_worker_failure',
  needs: ['signal-instances', 'watch-instances', 'warehouse', 'workflow-identity', 'alert-sink'],
  parameters: {
    ...workload.EVERYDAY,
    killAtShare: 0.4,
  },

  plan(set, objective) {
    const sync = workload.subjectSync({ ...set, everyMinutes: 1 });
    const watchFor = beyond(objective.recoverySeconds);
    return {
      probes: (stack, trial) => workload.everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: waits.healthyStack(),
      workload: [workload.apiLoad({ ratePerSecond: set.loadPerSecond }), sync.workload],
      underway: [waits.syncMovesRecords({ within: '60s' })],
      fault: faults.killInstance({
        of: faults.workerRunningTheSync(),
        when: waits.committedShare({ share: set.killAtShare, within: '60s' }),
      }),
      further: [faults.killInstance({ of: faults.instancesOf('temporal'), when: waits.afterFault({ delay: '0s' }) })],
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
        beside: [...REPLACEMENT, 'full-capacity', 'job-finished', 'next-run-finished'],
        until: [
          waits.recovered({ milestone: 'new-records-committed', within: watchFor }),
          waits.interruptedJobOver({ within: watchFor }),
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
        checks.faultHappened({ requires: ['process-gone', 'platform-saw-exit', 'ran-the-sync'] }),
        checks.recoveryTime(),
        checks.jobOutcome(),
        checks.retryPolicy(),
        checks.resumedFromState(set),
        checks.destinationComplete(),
        checks.acknowledgedWrites(),
        checks.capacityRestored(),
        checks.nextRunNormal(),
        checks.alertDelivery(),
        checks.nothingLeftOver('after-fault'),
      ],
    };
  },
});
