import * as checks from '../harness/checks/index.ts';
import * as faults from '../harness/faults/index.ts';
import * as waits from '../harness/waits/index.ts';
import * as workload from '../harness/workload/index.ts';
import { beyond } from '../harness/core/duration.ts';
import { DATABASE_WRITES, OLD_PRIMARY_WRITES } from '../harness/core/ledger-names.ts';
import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  id: 'database_failure',
  title: 'The primary of the database dies',
  proves: 'A standby takes over within the objective, every component works on it, and no acknowledged write is lost.',
  objective: 'database_failure',
  needs: ['lose-nodes', 'signal-instances', 'watch-instances', 'warehouse', 'alert-sink'],
  parameters: {
    ...workload.EVERYDAY,
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
    double_fault: {
      title: 'its successor is lost before it has a standby',
      proves:
        'A second fault within one loop of Patroni keeps the cluster down by design: the run fails, and says why.',
    },
    timings: { title: 'tuned timings (odd trials) and Patroni’s defaults (even trials), to be run with --trials 2' },
  },

  plan(set, objective, variant) {
    const sync = workload.subjectSync({ ...set, everyMinutes: 1 });
    const api = workload.apiWrites({ perSecond: set.apiWritesPerSecond });
    const old = workload.oldPrimaryWrites();
    const watchFor = beyond(objective.recoverySeconds);
    const when = waits.committedShare({ share: set.loseAtShare, within: '60s' });
    const only = <T>(name: typeof variant, ...parts: readonly T[]): readonly T[] => (variant === name ? parts : []);
    const isNodeLost = variant === undefined || variant === 'asynchronous' || variant === 'timings';
    const { fault, further, requires } = faults.databaseFault(isNodeLost ? 'node_lost' : variant, { ...set, when });
    return {
      probes: (stack, trial) => workload.everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: waits.healthyStack(),
      workload: [
        workload.watchDatabase(),
        ...only('timings', workload.alternatingTimings()),
        ...only('hang', old.workload),
        api.workload,
        workload.apiLoad({ ratePerSecond: set.loadPerSecond }),
        sync.workload,
      ],
      underway: [
        waits.syncMovesRecords({ within: '60s' }),
        waits.databaseRedundant({ within: '60s', isSynchronous: variant !== 'asynchronous' }),
        waits.probesGood({ span: '1s', within: '30s' }),
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
          ...only('asynchronous', workload.readSurvivors()),
          waits.recovered({ milestone: 'first-api-write', within: watchFor }),
          waits.servicesBack({ within: '20s' }),
          ...only('hang', old.begin()),
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
        ...only('hang', old.readBack()),
        workload.scanForStrays(),
      ],
      checks: [
        checks.steadyState(),
        checks.faultHappened({ requires }),
        checks.databaseFailover(),
        checks.recoveryTime(),
        checks.servicesReconnected(),
        checks.acknowledgedWrites({ except: [OLD_PRIMARY_WRITES] }),
        ...only('asynchronous', checks.lossCounted()),
        ...only('hang', checks.noSplitBrain()),
        checks.databaseIsRedundant({ within: '60s' }),
        checks.jobOutcome(),
        checks.destinationComplete(),
        checks.nextRunNormal(),
        checks.nothingLeftOver('after-fault'),
      ],
    };
  },
});
