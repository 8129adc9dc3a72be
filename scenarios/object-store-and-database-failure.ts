import { acknowledgedWrites } from '../harness/checks/acknowledged-writes.ts';
import { databaseFailover } from '../harness/checks/database-failover.ts';
import { databaseIsRedundant } from '../harness/checks/database-redundant.ts';
import { destinationComplete } from '../harness/checks/destination-complete.ts';
import { faultHappened } from '../harness/checks/fault-happened.ts';
import { jobOutcome } from '../harness/checks/job-outcome.ts';
import { nothingLeftOver } from '../harness/checks/left-overs.ts';
import { nextRunNormal } from '../harness/checks/next-run.ts';
import { recoveryTime } from '../harness/checks/recovery-time.ts';
import { servicesReconnected } from '../harness/checks/services-reconnected.ts';
import { steadyState } from '../harness/checks/steady-state.ts';
import { beyond } from '../harness/core/duration.ts';
import { DATABASE_WRITES } from '../harness/core/ledger-names.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { primaryDatabaseNode } from '../harness/faults/database-selectors.ts';
import { healFaults } from '../harness/faults/heal.ts';
import { loseNode } from '../harness/faults/lose-node.ts';
import { instancesOf } from '../harness/faults/selectors.ts';
import { databaseRedundant, redundancyBack, servicesBack } from '../harness/waits/database.ts';
import { afterFault } from '../harness/waits/faults.ts';
import { allInstancesReady } from '../harness/waits/platform.ts';
import { probesGood } from '../harness/waits/probes.ts';
import {
  committedShare,
  interruptedJobOver,
  nextScheduledRunOver,
  recovered,
  syncMovesRecords,
} from '../harness/waits/sync.ts';
import { apiLoad } from '../harness/workload/api-load.ts';
import { apiWrites } from '../harness/workload/api-writes.ts';
import { EVERYDAY, everydayProbes } from '../harness/workload/everyday.ts';
import { scanForStrays } from '../harness/workload/stray-scan.ts';
import { subjectSync } from '../harness/workload/subject-sync.ts';
import { watchDatabase } from '../harness/workload/watch-database.ts';
import { readLedger } from '../harness/workload/write-ledger.ts';

export default defineScenario({
  id: 'object_store_and_database_failure',
  title: 'The object store goes away while the database fails over',
  proves: 'A failover of the database needs no object store, and a sync survives that both are away at once.',
  objective: 'object_store_and_database_failure',
  needs: ['lose-nodes', 'watch-instances', 'warehouse', 'alert-sink'],
  parameters: { ...EVERYDAY, loseAtShare: 0.4, apiWritesPerSecond: 5 },

  plan(set, objective) {
    const sync = subjectSync({ ...set, everyMinutes: 1 });
    const api = apiWrites({ perSecond: set.apiWritesPerSecond });
    const watchFor = beyond(objective.recoverySeconds);
    return {
      probes: (stack, trial) => everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: [allInstancesReady({ within: '60s' }), probesGood({ span: '3s', within: '30s' })],
      workload: [watchDatabase(), api.workload, apiLoad({ ratePerSecond: set.loadPerSecond }), sync.workload],
      underway: [
        syncMovesRecords({ within: '60s' }),
        databaseRedundant({ within: '60s' }),
        probesGood({ span: '1s', within: '30s' }),
      ],
      fault: loseNode({
        of: primaryDatabaseNode(),
        when: committedShare({ share: set.loseAtShare, within: '60s' }),
      }),
      // Well before a standby can take over: that of a dead node waits for the right to lead to run out.
      further: [loseNode({ of: instancesOf('object-store'), when: afterFault({ delay: '2s' }) })],
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
          recovered({ milestone: 'first-api-write', within: watchFor }),
          servicesBack({ within: '20s' }),
          healFaults(),
          redundancyBack({ within: '90s' }),
          interruptedJobOver({ within: '60s' }),
          allInstancesReady({ within: '60s' }),
        ],
      },
      verification: [
        sync.addRecords(500),
        nextScheduledRunOver({ within: '2m' }),
        sync.readDestination(),
        readLedger(DATABASE_WRITES),
        api.readBack(),
        scanForStrays(),
      ],
      checks: [
        steadyState(),
        faultHappened({ requires: ['node-lost', 'was-the-primary'] }),
        databaseFailover(),
        recoveryTime(),
        servicesReconnected(),
        acknowledgedWrites(),
        databaseIsRedundant({ within: '60s' }),
        jobOutcome(),
        destinationComplete(),
        nextRunNormal(),
        nothingLeftOver('after-fault'),
      ],
    };
  },
});
