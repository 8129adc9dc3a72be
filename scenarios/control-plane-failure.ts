import * as checks from '../harness/checks/index.ts';
import * as faults from '../harness/faults/index.ts';
import * as waits from '../harness/waits/index.ts';
import * as workload from '../harness/workload/index.ts';
import { beyond } from '../harness/core/duration.ts';
import { DATABASE_WRITES } from '../harness/core/ledger-names.ts';
import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  id: 'control_plane_failure',
  title: 'The control plane of the platform loses power',
  proves: 'What runs goes on without the control plane: no request, no write and no sync is lost until it is back.',
  objective: 'control_plane_failure',
  needs: ['machines', 'watch-instances', 'warehouse', 'alert-sink'],
  parameters: { ...workload.EVERYDAY, strikeAtShare: 0.2, awaySeconds: 20 },

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
      underway: [
        waits.allMachinesReady({ within: '60s' }),
        waits.databaseRedundant({ within: '60s' }),
        waits.syncMovesRecords({ within: '60s' }),
      ],
      fault: faults.loseMachines({
        of: faults.controlPlane(),
        when: waits.committedShare({ share: set.strikeAtShare, within: '60s' }),
      }),
      recovery: {
        path: ['injected', 'took-effect', 'machine-back'],
        because:
          'the platform can look after its instances again when its control plane answers and calls itself ready; the time without power is part of it',
        beside: ['healed', 'job-finished', 'next-run-finished'],
        until: [
          waits.faultLasted(`${set.awaySeconds}s`),
          faults.healFaults(),
          waits.recovered({ milestone: 'machine-back', within: watchFor }),
          waits.interruptedJobOver({ within: watchFor }),
          waits.allMachinesReady({ within: '2m' }),
          waits.allInstancesReady({ within: '3m' }),
        ],
      },
      verification: [
        sync.addRecords(500),
        waits.nextScheduledRunOver({ within: '2m' }),
        sync.readDestination(),
        workload.readLedger(DATABASE_WRITES),
        workload.scanForStrays(),
      ],
      checks: [
        checks.steadyState(),
        checks.faultHappened({ requires: ['node-lost'] }),
        checks.recoveryTime(),
        checks.apiAvailability({ probe: 'api health', longest: '2s' }),
        checks.databaseAvailability({ probe: DATABASE_WRITES, longest: '2s' }),
        checks.jobOutcome(),
        checks.syncUndisturbed(),
        checks.destinationComplete(),
        checks.acknowledgedWrites(),
        checks.nextRunNormal(),
        checks.nothingLeftOver('after-fault'),
      ],
    };
  },
});
