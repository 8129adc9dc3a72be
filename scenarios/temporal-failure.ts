import * as checks from '../harness/checks/index.ts';
import * as faults from '../harness/faults/index.ts';
import * as waits from '../harness/waits/index.ts';
import * as workload from '../harness/workload/index.ts';
import { REPLACEMENT } from '../harness/core/derive/milestones/replacement-milestones.ts';
import { beyond } from '../harness/core/duration.ts';
import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  id: 'temporal_failure',
  title: 'Temporal dies while a sync runs',
  proves:
    'When a Temporal server is killed, running syncs survive or are retried, and new ones start within the objective.',
  objective: 'temporal_failure',
  needs: ['signal-instances', 'watch-instances', 'warehouse', 'alert-sink'],
  parameters: { ...workload.EVERYDAY, strikeAtShare: 0.3 },
  variants: { all: { title: 'all of its servers at once' } },

  plan(set, objective, variant) {
    const sync = workload.subjectSync({ ...set, everyMinutes: 1 });
    const later = workload.laterSync({ records: 200 });
    const watchFor = beyond(objective.recoverySeconds);
    const when = waits.committedShare({ share: set.strikeAtShare, within: '60s' });
    const victims = { one: faults.instancesOf('temporal', 1), all: faults.instancesOf('temporal') }[variant ?? 'one'];
    return {
      probes: (stack, trial) => workload.everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: waits.healthyStack(),
      workload: [workload.apiLoad({ ratePerSecond: set.loadPerSecond }), later.workload, sync.workload],
      underway: [waits.syncMovesRecords({ within: '60s' })],
      fault: faults.killInstance({ of: victims, when }),
      recovery: {
        path: ['injected', 'took-effect', 'new-sync-started', 'new-sync-delivered'],
        because:
          'Temporal is back when a sync asked for after the fault delivers records, not when a process is up again',
        beside: [...REPLACEMENT, 'instance-restarted', 'full-capacity', 'job-finished', 'next-run-finished'],
        until: [
          later.ask(),
          waits.recovered({ milestone: 'new-sync-delivered', within: watchFor }),
          waits.interruptedJobOver({ within: watchFor }),
          waits.newSyncOver({ within: watchFor }),
          waits.allInstancesReady({ within: watchFor }),
        ],
      },
      verification: [
        sync.addRecords(500),
        waits.nextScheduledRunOver({ within: '2m' }),
        sync.readDestination(),
        workload.readLedger('database writes'),
        workload.scanForStrays(),
      ],
      checks: [
        checks.steadyState(),
        checks.faultHappened({ requires: ['process-gone', 'platform-saw-exit'] }),
        checks.recoveryTime(),
        checks.jobOutcome(),
        checks.retryPolicy({ isRetryExpected: false }),
        checks.newSyncRan(),
        checks.destinationComplete(),
        checks.acknowledgedWrites(),
        checks.apiAvailability({ probe: 'api health', longest: '2s' }),
        checks.capacityRestored(),
        checks.nextRunNormal(),
        checks.nothingLeftOver('after-fault'),
      ],
    };
  },
});
