import * as checks from '../harness/checks/index.ts';
import * as faults from '../harness/faults/index.ts';
import * as waits from '../harness/waits/index.ts';
import * as workload from '../harness/workload/index.ts';
import { beyond } from '../harness/core/duration.ts';
import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  id: 'node_failure',
  title: 'The machine on which a sync runs loses power',
  proves: 'The sync goes on elsewhere, what ran on the machine is started on others, and no record or write is lost.',
  objective: 'node_failure',
  needs: ['machines', 'watch-instances', 'warehouse', 'workflow-identity', 'alert-sink'],
  parameters: { ...workload.EVERYDAY, strikeAtShare: 0.4 },

  plan(set, objective) {
    const sync = workload.subjectSync({ ...set, everyMinutes: 1 });
    const watchFor = beyond(objective.recoverySeconds);
    return {
      probes: (stack, trial) => workload.everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: waits.healthyStack(),
      workload: [workload.watchMachines(), workload.apiLoad({ ratePerSecond: set.loadPerSecond }), sync.workload],
      underway: [waits.allMachinesReady({ within: '60s' }), waits.syncMovesRecords({ within: '60s' })],
      fault: faults.loseMachines({
        of: faults.machineOf(faults.workerRunningTheSync()),
        when: waits.committedShare({ share: set.strikeAtShare, within: '60s' }),
      }),
      recovery: {
        path: ['injected', 'took-effect', 'detected', 'next-attempt-started', 'new-records-committed'],
        because: 'the sync is back when records arrive that had not arrived before, wherever it runs now',
        beside: [
          'machine-not-ready',
          'instances-moved',
          'job-finished',
          'machine-back',
          'full-capacity',
          'next-run-finished',
        ],
        until: [
          waits.recovered({ milestone: 'new-records-committed', within: watchFor }),
          waits.interruptedJobOver({ within: watchFor }),
          waits.instancesMoved({ within: '3m' }),
          faults.healFaults(),
          waits.allMachinesReady({ within: '2m' }),
          waits.allInstancesReady({ within: '3m' }),
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
        checks.faultHappened({ requires: ['node-lost', 'ran-the-sync'] }),
        checks.recoveryTime(),
        checks.movedElsewhere({ within: '3m' }),
        checks.jobOutcome(),
        checks.destinationComplete(),
        checks.acknowledgedWrites(),
        checks.capacityRestored(),
        checks.nextRunNormal(),
        checks.nothingLeftOver('after-fault'),
      ],
    };
  },
});
