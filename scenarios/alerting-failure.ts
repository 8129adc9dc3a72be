import * as checks from '../harness/checks/index.ts';
import * as faults from '../harness/faults/index.ts';
import * as waits from '../harness/waits/index.ts';
import * as workload from '../harness/workload/index.ts';
import { beyond } from '../harness/core/duration.ts';
import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  id: 'alerting_failure',
  title: 'The receiver of alerts is away when a sync fails for good',
  proves: 'An alert that cannot be delivered is not lost: it arrives, once, when its receiver is back.',
  objective: 'alerting_failure',
  needs: ['lose-nodes', 'watch-instances', 'warehouse', 'alert-sink'],
  parameters: { ...workload.EVERYDAY, strikeAtShare: 0.3, awaySeconds: 25 },

  plan(set, objective) {
    const sync = workload.subjectSync({ ...set, everyMinutes: 1 });
    const watchFor = beyond(objective.recoverySeconds);
    return {
      probes: (stack, trial) => workload.everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: waits.healthyStack(),
      workload: [workload.apiLoad({ ratePerSecond: set.loadPerSecond }), sync.workload],
      underway: [waits.syncMovesRecords({ within: '60s' })],
      fault: faults.loseNode({
        of: faults.instancesOf('alert-sink'),
        when: waits.committedShare({ share: set.strikeAtShare, within: '60s' }),
      }),
      recovery: {
        path: ['injected', 'took-effect', 'sync-failed', 'healed', 'alert-received'],
        because:
          'what counts is that somebody hears of the failed sync, however long the receiver was away (Airbyte itself posts once ' +
          'and only logs that it could not: there the alert is lost)',
        beside: ['full-capacity', 'job-finished'],
        until: [
          workload.brokenSyncFails(),
          waits.faultLasted(`${set.awaySeconds}s`),
          waits.interruptedJobOver({ within: watchFor }),
          faults.healFaults(),
          waits.recovered({ milestone: 'alert-received', within: '60s' }),
          waits.allInstancesReady({ within: watchFor }),
        ],
      },
      verification: [sync.readDestination(), workload.readLedger('database writes'), workload.scanForStrays()],
      checks: [
        checks.steadyState(),
        checks.faultHappened({ requires: ['node-lost'] }),
        checks.recoveryTime(),
        checks.alertDelivery(),
        checks.alertLatency({ within: '30s' }),
        checks.apiAvailability({ probe: 'api health', longest: '2s' }),
        ...checks.bystandersUnharmed(),
      ],
    };
  },
});
