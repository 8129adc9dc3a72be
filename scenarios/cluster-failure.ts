import * as checks from '../harness/checks/index.ts';
import * as faults from '../harness/faults/index.ts';
import * as waits from '../harness/waits/index.ts';
import * as workload from '../harness/workload/index.ts';
import { beyond } from '../harness/core/duration.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { clusterRecovery } from '../harness/runbooks/cluster-recovery.ts';
import { followRunbook } from '../harness/runbooks/follow-runbook.ts';

export default defineScenario({
  id: 'cluster_failure',
  title: 'The whole cluster is lost with all of its data',
  proves:
    'A new site is recovered from the backups within the objective, and nothing is lost but what was not archived.',
  objective: 'cluster_failure',
  needs: ['sites', 'backups', 'watch-instances', 'warehouse', 'alert-sink'],
  parameters: {
    ...workload.EVERYDAY,
    recordsPerSecond: 500,
    destroyAtShare: 0.3,
    archiveWithinSeconds: 20,
    restoreTo: 'latest',
    damage: 'none',
    temporalStore: 'restored',
  },
  stack: { backups: 'on' },
  runbook: clusterRecovery({ syncWithin: '60m' }),
  variants: {
    temporal_store_lost: {
      title: 'the database of Temporal is not restored with the rest',
      proves:
        'A restore that brings back what Airbyte knows and not what Temporal knows is made whole by the runbook: no job stays open without a workflow, no schedule stays silent.',
      set: { temporalStore: 'empty' },
    },
    point_in_time: {
      title: 'the database is restored to a named time',
      proves:
        'The database can be brought back as it was at a named time: with every write up to it and none after it.',
      set: { restoreTo: 'a named time' },
    },
    corrupt_wal: {
      title: 'one archived segment of the log is corrupt',
      proves: 'A backup that cannot be restored to its end is found, and the segment is named.',
      set: { damage: 'corrupted' },
    },
    missing_wal: {
      title: 'one archived segment of the log is missing',
      proves: 'A backup that cannot be restored to its end is found, and the segment is named.',
      set: { damage: 'deleted' },
    },
  },

  plan(set, objective) {
    const sync = workload.subjectSync({ ...set, everyMinutes: 1 });
    const within = beyond(objective.recoverySeconds);
    return {
      probes: (stack, trial) => workload.everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: waits.healthyStack(),
      workload: [
        workload.finishedSync({ records: 500 }),
        workload.takeBackups(),
        workload.watchArchive(),
        workload.apiLoad({ ratePerSecond: set.loadPerSecond }),
        sync.workload,
        workload.takeSnapshot('archived'),
        workload.nameRecoveryTarget(set.restoreTo),
        workload.archiveHolds({ what: 'the configuration and the jobs', withinSeconds: set.archiveWithinSeconds }),
        workload.damageArchive(set.damage),
        workload.lateChange(),
        workload.takeSnapshot('last'),
      ],
      underway: [waits.syncMovesRecords({ within: '60s' })],
      fault: faults.destroySite({ when: waits.committedShare({ share: set.destroyAtShare, within: '60s' }) }),
      recovery: {
        path: [
          'injected',
          'took-effect',
          'site-provisioned',
          'database-restored',
          'temporal-restored',
          'stack-redeployed',
          'secrets-restored',
          'endpoints-switched',
          'jobs-reconciled',
          'first-sync-succeeded',
        ],
        because: 'the service is back when a scheduled sync succeeds on the new site, not when its machines are up',
        beside: ['schedules-alive', 'full-capacity'],
        until: [
          sync.addRecords(500),
          followRunbook(clusterRecovery({ syncWithin: within, temporalStore: set.temporalStore })),
          waits.allInstancesReady({ within: '60s' }),
        ],
      },
      verification: [
        workload.compareSnapshot(),
        sync.readDestination(),
        workload.readLedger('database writes'),
        workload.readArchive(),
        workload.scanForStrays(),
      ],
      checks: [
        checks.steadyState(),
        checks.faultHappened({ requires: ['process-gone', 'data-gone', 'survivors-answer'] }),
        checks.backupSound(),
        checks.runbookSteps(),
        checks.afterRunbook(checks.recoveryTime()),
        checks.recoveryPoint(),
        checks.configurationRestored(),
        checks.jobsReconciled(),
        checks.schedulesAlive(),
        checks.afterRunbook(checks.destinationComplete()),
        checks.afterRunbook(checks.capacityRestored()),
        checks.nothingLeftOver('after-fault'),
      ],
    };
  },
});
