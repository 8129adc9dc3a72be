import { alertDelivery } from '../harness/checks/alert-delivery.ts';
import { alertLatency } from '../harness/checks/alert-latency.ts';
import { apiAvailability } from '../harness/checks/api-availability.ts';
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
import { brokenSyncFails } from '../harness/workload/broken-sync.ts';
import { EVERYDAY, everydayProbes } from '../harness/workload/everyday.ts';
import { scanForStrays } from '../harness/workload/stray-scan.ts';
import { subjectSync } from '../harness/workload/subject-sync.ts';
import { readLedger } from '../harness/workload/write-ledger.ts';

export default defineScenario({
  id: 'alerting_failure',
  title: 'The receiver of alerts is away when a sync fails for good',
  proves: 'An alert that cannot be delivered is not lost: it arrives, once, when its receiver is back.',
  objective: 'alerting_failure',
  needs: ['lose-nodes', 'watch-instances', 'warehouse', 'alert-sink'],
  parameters: { ...EVERYDAY, strikeAtShare: 0.3, awaySeconds: 25 },

  plan(set, objective) {
    const sync = subjectSync({ ...set, everyMinutes: 1 });
    const watchFor = beyond(objective.recoverySeconds);
    return {
      probes: (stack, trial) => everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: [allInstancesReady({ within: '60s' }), probesGood({ span: '3s', within: '30s' })],
      workload: [apiLoad({ ratePerSecond: set.loadPerSecond }), sync.workload],
      underway: [syncMovesRecords({ within: '60s' })],
      fault: loseNode({
        of: instancesOf('alert-sink'),
        when: committedShare({ share: set.strikeAtShare, within: '60s' }),
      }),
      recovery: {
        path: ['injected', 'took-effect', 'sync-failed', 'healed', 'alert-received'],
        because:
          'what counts is that somebody hears of the failed sync, however long the receiver was away (Airbyte itself posts once ' +
          'and only logs that it could not: there the alert is lost)',
        beside: ['full-capacity', 'job-finished'],
        until: [
          brokenSyncFails(),
          faultLasted(`${set.awaySeconds}s`),
          interruptedJobOver({ within: watchFor }),
          healFaults(),
          recovered({ milestone: 'alert-received', within: '60s' }),
          allInstancesReady({ within: watchFor }),
        ],
      },
      verification: [sync.readDestination(), readLedger('database writes'), scanForStrays()],
      checks: [
        steadyState(),
        faultHappened({ requires: ['node-lost'] }),
        recoveryTime(),
        alertDelivery(),
        alertLatency({ within: '30s' }),
        apiAvailability({ probe: 'api health', longest: '2s' }),
        ...bystandersUnharmed(),
      ],
    };
  },
});
