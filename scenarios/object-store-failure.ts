import { apiAvailability } from '../harness/checks/api-availability.ts';
import { attemptLogs } from '../harness/checks/attempt-logs.ts';
import { bystandersUnharmed } from '../harness/checks/bystanders.ts';
import { faultHappened } from '../harness/checks/fault-happened.ts';
import { recoveryTime } from '../harness/checks/recovery-time.ts';
import { steadyState } from '../harness/checks/steady-state.ts';
import { beyond } from '../harness/core/duration.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { healFaults } from '../harness/faults/heal.ts';
import { loseNode } from '../harness/faults/lose-node.ts';
import { instancesOf } from '../harness/faults/selectors.ts';
import { faultLasted } from '../harness/waits/fault.ts';
import { allInstancesReady } from '../harness/waits/platform.ts';
import { probesGood } from '../harness/waits/probes.ts';
import { committedShare, interruptedJobOver, recovered, syncMovesRecords } from '../harness/waits/sync.ts';
import { apiLoad } from '../harness/workload/api-load.ts';
import { watchAttemptLogs } from '../harness/workload/attempt-logs.ts';
import { EVERYDAY, everydayProbes } from '../harness/workload/everyday.ts';
import { scanForStrays } from '../harness/workload/stray-scan.ts';
import { subjectSync } from '../harness/workload/subject-sync.ts';
import { readLedger } from '../harness/workload/write-ledger.ts';

export default defineScenario({
  id: 'object_store_failure',
  title: 'The object store is away when a sync ends',
  proves: 'Syncs go on while the object store is lost, and the log that could not be stored is there once it is back.',
  objective: 'object_store_failure',
  needs: ['lose-nodes', 'watch-instances', 'warehouse', 'alert-sink'],
  parameters: { ...EVERYDAY, strikeAtShare: 0.3, awaySeconds: 15 },

  plan(set, objective) {
    const sync = subjectSync({ ...set, everyMinutes: 1 });
    const watchFor = beyond(objective.recoverySeconds);
    return {
      probes: (stack, trial) => everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: [allInstancesReady({ within: '60s' }), probesGood({ span: '3s', within: '30s' })],
      workload: [apiLoad({ ratePerSecond: set.loadPerSecond }), watchAttemptLogs(), sync.workload],
      underway: [syncMovesRecords({ within: '60s' })],
      fault: loseNode({
        of: instancesOf('object-store'),
        when: committedShare({ share: set.strikeAtShare, within: '60s' }),
      }),
      recovery: {
        path: ['injected', 'took-effect', 'job-finished', 'healed', 'log-readable'],
        because:
          'only logs of attempts pass through the store, so a sync ends as if nothing were the matter, and all is back when the ' +
          'log that its worker had to keep can be read (Airbyte 2 keeps results of attempts there too, and may report false ones)',
        beside: ['full-capacity'],
        until: [
          interruptedJobOver({ within: watchFor }),
          faultLasted(`${set.awaySeconds}s`),
          healFaults(),
          recovered({ milestone: 'log-readable', within: '60s' }),
          allInstancesReady({ within: watchFor }),
        ],
      },
      verification: [sync.readDestination(), readLedger('database writes'), scanForStrays()],
      checks: [
        steadyState(),
        faultHappened({ requires: ['node-lost'] }),
        recoveryTime(),
        attemptLogs(),
        apiAvailability({ probe: 'api health', longest: '2s' }),
        ...bystandersUnharmed(),
      ],
    };
  },
});
