import * as checks from '../harness/checks/index.ts';
import * as faults from '../harness/faults/index.ts';
import * as waits from '../harness/waits/index.ts';
import * as workload from '../harness/workload/index.ts';
import { beyond } from '../harness/core/duration.ts';
import { DATABASE_WRITES } from '../harness/core/ledger-names.ts';
import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  id: 'object_store_and_database_failure',
  title: 'The object store goes away while the database fails over',
  proves: 'A failover of the database needs no object store, and a sync survives that both are away at once.',
  objective: 'object_store_and_database_failure',
  needs: ['lose-nodes', 'watch-instances', 'warehouse', 'alert-sink'],
  parameters: { ...workload.EVERYDAY, loseAtShare: 0.4, apiWritesPerSecond: 5 },

  plan(set, objective) {
    const sync = workload.subjectSync({ ...set, everyMinutes: 1 });
    const api = workload.apiWrites({ perSecond: set.apiWritesPerSecond });
    const watchFor = beyond(objective.recoverySeconds);
    return {
      probes: (stack, trial) => workload.everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: waits.healthyStack(),
      workload: [
        workload.watchDatabase(),
        api.workload,
        workload.apiLoad({ ratePerSecond: set.loadPerSecond }),
        sync.workload,
      ],
      underway: [
        waits.syncMovesRecords({ within: '60s' }),
        waits.databaseRedundant({ within: '60s' }),
        waits.probesGood({ span: '1s', within: '30s' }),
      ],
      fault: faults.loseNode({
        of: faults.primaryDatabaseNode(),
        when: waits.committedShare({ share: set.loseAtShare, within: '60s' }),
      }),
      // Well before a standby can take over: that of a dead node waits for the right to lead to run out.
      further: [faults.loseNode({ of: faults.instancesOf('object-store'), when: waits.afterFault({ delay: '2s' }) })],
      recovery: {
        path: [
          'injected',
          'took-effect',
          'last-fault-injected',
          'primary-promoted',
          'first-sql-write',
          'first-api-write',
        ],
        because: 'the database is back when what is asked of the API is kept, whether the object store is there or not',
        beside: ['leader-key-gone', 'services-reconnected', 'job-finished', 'redundancy-restored', 'next-run-finished'],
        until: [
          waits.recovered({ milestone: 'first-api-write', within: watchFor }),
          waits.servicesBack({ within: '20s' }),
          faults.healFaults(),
          waits.redundancyBack({ within: '90s' }),
          waits.interruptedJobOver({ within: '60s' }),
          waits.allInstancesReady({ within: '60s' }),
        ],
      },
      verification: [
        sync.addRecords(500),
        waits.nextScheduledRunOver({ within: '2m' }),
        sync.readDestination(),
        workload.readLedger(DATABASE_WRITES),
        api.readBack(),
        workload.scanForStrays(),
      ],
      checks: [
        checks.steadyState(),
        checks.faultHappened({ requires: ['node-lost', 'was-the-primary'] }),
        checks.databaseFailover(),
        checks.recoveryTime(),
        checks.servicesReconnected(),
        checks.acknowledgedWrites(),
        checks.databaseIsRedundant({ within: '60s' }),
        checks.jobOutcome(),
        checks.destinationComplete(),
        checks.nextRunNormal(),
        checks.nothingLeftOver('after-fault'),
      ],
    };
  },
});
