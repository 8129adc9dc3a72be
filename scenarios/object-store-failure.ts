import * as checks from '../harness/checks/index.ts';
import * as faults from '../harness/faults/index.ts';
import * as waits from '../harness/waits/index.ts';
import * as workload from '../harness/workload/index.ts';
import { beyond } from '../harness/core/duration.ts';
import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  id: 'object_store_failure',
  title: 'The object store is away when a sync ends',
  proves: 'Syncs go on while the object store is lost, and the log that could not be stored is there once it is back.',
  objective: 'object_store_failure',
  needs: ['lose-nodes', 'watch-instances', 'warehouse', 'alert-sink'],
  parameters: { ...workload.EVERYDAY, strikeAtShare: 0.3, awaySeconds: 15 },

  plan(set, objective) {
    const sync = workload.subjectSync({ ...set, everyMinutes: 1 });
    const watchFor = beyond(objective.recoverySeconds);
    return {
      probes: (stack, trial) => workload.everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: waits.healthyStack(),
      workload: [workload.apiLoad({ ratePerSecond: set.loadPerSecond }), workload.watchAttemptLogs(), sync.workload],
      underway: [waits.syncMovesRecords({ within: '60s' })],
      fault: faults.loseNode({
        of: faults.instancesOf('object-store'),
        when: waits.committedShare({ share: set.strikeAtShare, within: '60s' }),
      }),
      recovery: {
        path: ['injected', 'took-effect', 'job-finished', 'healed', 'log-readable'],
        because:
          'only logs of attempts pass through the store, so a sync ends as if nothing were the matter, and all is back when the ' +
          'log that its worker had to keep can be read (Airbyte 2 keeps results of attempts there too, and may report false ones)',
        beside: ['full-capacity'],
        until: [
          waits.interruptedJobOver({ within: watchFor }),
          waits.faultLasted(`${set.awaySeconds}s`),
          faults.healFaults(),
          waits.recovered({ milestone: 'log-readable', within: '60s' }),
          waits.allInstancesReady({ within: watchFor }),
        ],
      },
      verification: [sync.readDestination(), workload.readLedger('database writes'), workload.scanForStrays()],
      checks: [
        checks.steadyState(),
        checks.faultHappened({ requires: ['node-lost'] }),
        checks.recoveryTime(),
        checks.attemptLogs(),
        checks.apiAvailability({ probe: 'api health', longest: '2s' }),
        ...checks.bystandersUnharmed(),
      ],
    };
  },
});
