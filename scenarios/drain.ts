import * as checks from '../harness/checks/index.ts';
import * as faults from '../harness/faults/index.ts';
import * as waits from '../harness/waits/index.ts';
import * as workload from '../harness/workload/index.ts';
import { beyond } from '../harness/core/duration.ts';
import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  id: 'drain',
  title: 'The machine on which a sync runs is emptied for maintenance',
  proves:
    'A machine can be emptied at any time: no component falls below its disruption budget, and no record is lost.',
  objective: 'drain',
  needs: ['machines', 'watch-instances', 'warehouse', 'workflow-identity', 'alert-sink'],
  parameters: { ...workload.EVERYDAY, strikeAtShare: 0.4 },

  plan(set, objective) {
    const sync = workload.subjectSync({ ...set, everyMinutes: 1 });
    const watchFor = beyond(objective.recoverySeconds);
    return {
      probes: (stack, trial) => workload.everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: waits.healthyStack(),
      workload: [
        workload.watchMachines(),
        workload.watchDatabase(),
        workload.apiLoad({ ratePerSecond: set.loadPerSecond }),
        sync.workload,
      ],
      underway: [waits.allMachinesReady({ within: '60s' }), waits.syncMovesRecords({ within: '60s' })],
      fault: faults.drainMachine({
        of: faults.machineOf(faults.workerRunningTheSync()),
        when: waits.committedShare({ share: set.strikeAtShare, within: '60s' }),
      }),
      recovery: {
        path: ['injected', 'took-effect', 'instances-moved'],
        because: 'the machine can be worked on when whatever ran on it, and can run elsewhere, does',
        beside: [
          'detected',
          'next-attempt-started',
          'new-records-committed',
          'job-finished',
          'full-capacity',
          'next-run-finished',
        ],
        until: [
          waits.recovered({ milestone: 'instances-moved', within: watchFor }),
          waits.interruptedJobOver({ within: watchFor }),
          faults.healFaults(),
          waits.allMachinesReady({ within: '60s' }),
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
        checks.faultHappened({ requires: ['cordoned', 'ran-the-sync'] }),
        checks.recoveryTime(),
        // What the guide's budgets promise: minAvailable of each component.
        checks.enoughInstances({ webapp: 1, server: 1, worker: 2, temporal: 1, scheduler: 1, patroni: 2 }),
        checks.jobOutcome(),
        checks.destinationComplete(),
        checks.acknowledgedWrites(),
        // A primary that has to leave hands its role over: 3 to 4 s were seen. The guide gives the database 30 s for a failover.
        checks.apiAvailability({ probe: 'api health', longest: '2s', withPrimary: '30s' }),
        checks.capacityRestored(),
        checks.nextRunNormal(),
        checks.nothingLeftOver('after-fault'),
      ],
    };
  },
});
