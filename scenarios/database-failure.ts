import { acknowledgedWrites } from '../harness/checks/acknowledged-writes.ts';
import { databaseFailover } from '../harness/checks/database-failover.ts';
import { databaseIsRedundant } from '../harness/checks/database-redundant.ts';
import { destinationComplete } from '../harness/checks/destination-complete.ts';
import { faultHappened } from '../harness/checks/fault-happened.ts';
import { jobOutcome } from '../harness/checks/job-outcome.ts';
import { nothingLeftOver } from '../harness/checks/left-overs.ts';
import { lossCounted } from '../harness/checks/loss-counted.ts';
import { nextRunNormal } from '../harness/checks/next-run.ts';
import { noSplitBrain } from '../harness/checks/no-split-brain.ts';
import { recoveryTime } from '../harness/checks/recovery-time.ts';
import { servicesReconnected } from '../harness/checks/services-reconnected.ts';
import { steadyState } from '../harness/checks/steady-state.ts';
import { beyond } from '../harness/core/duration.ts';
import { DATABASE_WRITES, OLD_PRIMARY_WRITES } from '../harness/core/ledger-names.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { databaseFault } from '../harness/faults/database-faults.ts';
import { healFaults } from '../harness/faults/heal.ts';
import { databaseRedundant, redundancyBack, servicesBack } from '../harness/waits/database.ts';
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
import { alternatingTimings } from '../harness/workload/database-timings.ts';
import { EVERYDAY, everydayProbes } from '../harness/workload/everyday.ts';
import { oldPrimaryWrites } from '../harness/workload/old-primary-writes.ts';
import { scanForStrays } from '../harness/workload/stray-scan.ts';
import { subjectSync } from '../harness/workload/subject-sync.ts';
import { readSurvivors } from '../harness/workload/survivors.ts';
import { watchDatabase } from '../harness/workload/watch-database.ts';
import { readLedger } from '../harness/workload/write-ledger.ts';

export default defineScenario({
  id: 'database_failure',
  title: 'The primary of the database dies',
  proves: 'A standby takes over within the objective, every component works on it, and no acknowledged write is lost.',
  objective: 'database_failure',
  needs: ['lose-nodes', 'signal-instances', 'watch-instances', 'warehouse', 'alert-sink'],
  parameters: {
    ...EVERYDAY,
    loseAtShare: 0.4,
    apiWritesPerSecond: 5,
    silentMs: 500,
  },
  variants: {
    postgres_only: { title: 'only PostgreSQL crashes' },
    hang: {
      title: 'its node hangs and comes back',
      proves: 'A primary that hung is replaced, and takes no write that the new one does not have when it goes on.',
    },
    switchover: { title: 'a planned change of the primary', objective: 'database_switchover' },
    asynchronous: {
      title: 'its node is lost while replication lags and nobody waits for it',
      proves: 'What an asynchronous database loses is counted exactly and lies within its objective.',
      objective: 'database_failure_asynchronous',
      set: { silentMs: 1500 },
      stack: { 'patroni.synchronousMode': 'off' },
    },
    double_fault: { title: 'its successor is lost before it has a standby' },
    timings: { title: 'tuned timings (odd trials) and Patroni’s defaults (even trials), to be run with --trials 2' },
  },

  plan(set, objective, variant) {
    const sync = subjectSync({ ...set, everyMinutes: 1 });
    const api = apiWrites({ perSecond: set.apiWritesPerSecond });
    const old = oldPrimaryWrites();
    const watchFor = beyond(objective.recoverySeconds);
    const when = committedShare({ share: set.loseAtShare, within: '60s' });
    const only = <T>(name: typeof variant, ...parts: readonly T[]): readonly T[] => (variant === name ? parts : []);
    const isNodeLost = variant === undefined || variant === 'asynchronous' || variant === 'timings';
    const { fault, further, requires } = databaseFault(isNodeLost ? 'node_lost' : variant, { ...set, when });
    return {
      probes: (stack, trial) => everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: [allInstancesReady({ within: '60s' }), probesGood({ span: '3s', within: '30s' })],
      workload: [
        watchDatabase(),
        ...only('timings', alternatingTimings()),
        ...only('hang', old.workload),
        api.workload,
        apiLoad({ ratePerSecond: set.loadPerSecond }),
        sync.workload,
      ],
      underway: [
        syncMovesRecords({ within: '60s' }),
        databaseRedundant({ within: '60s', isSynchronous: variant !== 'asynchronous' }),
        probesGood({ span: '1s', within: '30s' }),
      ],
      fault,
      further,
      recovery: {
        path: ['injected', 'took-effect', 'leader-key-gone', 'primary-promoted', 'first-sql-write', 'first-api-write'],
        because: 'the database is back when what is asked of the API is kept, not when a node says that it leads',
        beside: [
          'server-reconnected',
          'scheduler-reconnected',
          'worker-reconnected',
          'services-reconnected',
          'job-finished',
          'redundancy-restored',
          'next-run-finished',
        ],
        until: [
          ...only('asynchronous', readSurvivors()),
          recovered({ milestone: 'first-api-write', within: watchFor }),
          servicesBack({ within: '20s' }),
          ...only('hang', old.begin()),
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
        ...only('hang', old.readBack()),
        scanForStrays(),
      ],
      checks: [
        steadyState(),
        faultHappened({ requires }),
        databaseFailover(),
        recoveryTime(),
        servicesReconnected(),
        acknowledgedWrites({ except: [OLD_PRIMARY_WRITES] }),
        ...only('asynchronous', lossCounted()),
        ...only('hang', noSplitBrain()),
        databaseIsRedundant({ within: '60s' }),
        jobOutcome(),
        destinationComplete(),
        nextRunNormal(),
        nothingLeftOver('after-fault'),
      ],
    };
  },
});
