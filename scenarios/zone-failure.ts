import * as checks from '../harness/checks/index.ts';
import * as faults from '../harness/faults/index.ts';
import * as waits from '../harness/waits/index.ts';
import * as workload from '../harness/workload/index.ts';
import { beyond } from '../harness/core/duration.ts';
import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  id: 'zone_failure',
  title: 'All machines of a zone lose power',
  proves: 'The other zone carries the service until this one is back, syncs start and succeed, and nothing is lost.',
  objective: 'zone_failure',
  needs: ['machines', 'watch-instances', 'warehouse', 'alert-sink'],
  parameters: { ...workload.EVERYDAY, strikeAtShare: 0.4, zone: '' },
  variants: { most_of_the_database: { title: 'with most nodes of the database in it' } },

  plan(set, objective, variant) {
    const sync = workload.subjectSync({ ...set, everyMinutes: 1 });
    const later = workload.laterSync({ records: 200 });
    const watchFor = beyond(objective.recoverySeconds);
    return {
      probes: (stack, trial) => workload.everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: waits.healthyStack(),
      workload: [
        workload.watchMachines(),
        workload.watchDatabase(),
        workload.apiLoad({ ratePerSecond: set.loadPerSecond }),
        later.workload,
        sync.workload,
      ],
      underway: [
        waits.allMachinesReady({ within: '60s' }),
        waits.databaseRedundant({ within: '60s' }),
        waits.syncMovesRecords({ within: '60s' }),
      ],
      fault: faults.loseMachines({
        of:
          set.zone === ''
            ? faults.zoneWith(variant === undefined ? 'fewest' : 'most', 'patroni')
            : faults.zoneCalled(set.zone),
        when: waits.committedShare({ share: set.strikeAtShare, within: '60s' }),
      }),
      recovery: {
        path: ['injected', 'took-effect', 'new-sync-started', 'new-sync-delivered'],
        because: 'the service is back when a sync asked for after the fault delivers records in the zone that is left',
        beside: [
          'machine-not-ready',
          'api-available',
          'job-finished',
          'machine-back',
          'full-capacity',
          'next-run-finished',
        ],
        until: [
          later.ask(),
          waits.recovered({ milestone: 'new-sync-delivered', within: watchFor }),
          waits.newSyncOver({ within: watchFor }),
          waits.interruptedJobOver({ within: watchFor }),
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
        checks.faultHappened({ requires: ['node-lost'] }),
        checks.recoveryTime(),
        checks.newSyncRan(),
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
