import { acknowledgedWrites } from '../harness/checks/acknowledged-writes.ts';
import { apiAvailability } from '../harness/checks/api-availability.ts';
import { capacityRestored } from '../harness/checks/capacity-restored.ts';
import { destinationComplete } from '../harness/checks/destination-complete.ts';
import { faultHappened } from '../harness/checks/fault-happened.ts';
import { jobOutcome } from '../harness/checks/job-outcome.ts';
import { nothingLeftOver } from '../harness/checks/left-overs.ts';
import { newSyncRan } from '../harness/checks/new-sync.ts';
import { nextRunNormal } from '../harness/checks/next-run.ts';
import { recoveryTime } from '../harness/checks/recovery-time.ts';
import { retryPolicy } from '../harness/checks/retry-policy.ts';
import { steadyState } from '../harness/checks/steady-state.ts';
import { beyond } from '../harness/core/duration.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { killInstance } from '../harness/faults/kill-instance.ts';
import { instancesOf } from '../harness/faults/selectors.ts';
import { newSyncOver } from '../harness/waits/new-sync.ts';
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
import { EVERYDAY, everydayProbes } from '../harness/workload/everyday.ts';
import { laterSync } from '../harness/workload/later-sync.ts';
import { scanForStrays } from '../harness/workload/stray-scan.ts';
import { subjectSync } from '../harness/workload/subject-sync.ts';
import { readLedger } from '../harness/workload/write-ledger.ts';

export default defineScenario({
  id: 'temporal_failure',
  title: 'Temporal dies while a sync runs',
  proves:
    'When a Temporal server is killed, running syncs survive or are retried, and new ones start within the objective.',
  objective: 'temporal_failure',
  needs: ['signal-instances', 'watch-instances', 'warehouse', 'alert-sink'],
  parameters: { ...EVERYDAY, strikeAtShare: 0.3 },
  variants: { all: { title: 'all of its servers at once' } },

  plan(set, objective, variant) {
    const sync = subjectSync({ ...set, everyMinutes: 1 });
    const later = laterSync({ records: 200 });
    const watchFor = beyond(objective.recoverySeconds);
    const when = committedShare({ share: set.strikeAtShare, within: '60s' });
    const victims = { one: instancesOf('temporal', 1), all: instancesOf('temporal') }[variant ?? 'one'];
    return {
      probes: (stack, trial) => everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: [allInstancesReady({ within: '60s' }), probesGood({ span: '3s', within: '30s' })],
      workload: [apiLoad({ ratePerSecond: set.loadPerSecond }), later.workload, sync.workload],
      underway: [syncMovesRecords({ within: '60s' })],
      fault: killInstance({ of: victims, when }),
      recovery: {
        path: ['injected', 'took-effect', 'new-sync-started', 'new-sync-delivered'],
        because:
          'Temporal is back when a sync asked for after the fault delivers records, not when a process is up again',
        beside: ['instance-restarted', 'full-capacity', 'job-finished', 'next-run-finished'],
        until: [
          later.ask(),
          recovered({ milestone: 'new-sync-delivered', within: watchFor }),
          interruptedJobOver({ within: watchFor }),
          newSyncOver({ within: watchFor }),
          allInstancesReady({ within: watchFor }),
        ],
      },
      verification: [
        sync.addRecords(500),
        nextScheduledRunOver({ within: '2m' }),
        sync.readDestination(),
        readLedger('database writes'),
        scanForStrays(),
      ],
      checks: [
        steadyState(),
        faultHappened({ requires: ['process-gone', 'platform-saw-exit'] }),
        recoveryTime(),
        jobOutcome(),
        retryPolicy({ isRetryExpected: false }),
        newSyncRan(),
        destinationComplete(),
        acknowledgedWrites(),
        apiAvailability({ probe: 'api health', longest: '2s' }),
        capacityRestored(),
        nextRunNormal(),
        nothingLeftOver('after-fault'),
      ],
    };
  },
});
