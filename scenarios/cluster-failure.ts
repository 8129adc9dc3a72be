import { backupSound } from '../harness/checks/backup-sound.ts';
import { capacityRestored } from '../harness/checks/capacity-restored.ts';
import { configurationRestored } from '../harness/checks/configuration-restored.ts';
import { destinationComplete } from '../harness/checks/destination-complete.ts';
import { faultHappened } from '../harness/checks/fault-happened.ts';
import { jobsReconciled } from '../harness/checks/jobs-reconciled.ts';
import { nothingLeftOver } from '../harness/checks/left-overs.ts';
import { recoveryPoint } from '../harness/checks/recovery-point.ts';
import { recoveryTime } from '../harness/checks/recovery-time.ts';
import { afterRunbook, runbookSteps } from '../harness/checks/runbook-steps.ts';
import { schedulesAlive } from '../harness/checks/schedules-alive.ts';
import { steadyState } from '../harness/checks/steady-state.ts';
import { beyond } from '../harness/core/duration.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { destroySite } from '../harness/faults/destroy-site.ts';
import { clusterRecovery } from '../harness/runbooks/cluster-recovery.ts';
import { followRunbook } from '../harness/runbooks/follow-runbook.ts';
import { allInstancesReady } from '../harness/waits/platform.ts';
import { probesGood } from '../harness/waits/probes.ts';
import { committedShare, syncMovesRecords } from '../harness/waits/sync.ts';
import { apiLoad } from '../harness/workload/api-load.ts';
import { archiveHolds, damageArchive, readArchive, watchArchive } from '../harness/workload/archive.ts';
import { takeBackups } from '../harness/workload/backups.ts';
import { EVERYDAY, everydayProbes } from '../harness/workload/everyday.ts';
import { finishedSync } from '../harness/workload/finished-sync.ts';
import { lateChange, nameRecoveryTarget } from '../harness/workload/recovery-target.ts';
import { compareSnapshot, takeSnapshot } from '../harness/workload/snapshot.ts';
import { scanForStrays } from '../harness/workload/stray-scan.ts';
import { subjectSync } from '../harness/workload/subject-sync.ts';
import { readLedger } from '../harness/workload/write-ledger.ts';

export default defineScenario({
  id: 'cluster_failure',
  title: 'The whole cluster is lost with all of its data',
  proves:
    'A new site is recovered from the backups within the objective, and nothing is lost but what was not archived.',
  objective: 'cluster_failure',
  needs: ['sites', 'backups', 'watch-instances', 'warehouse', 'alert-sink'],
  parameters: {
    ...EVERYDAY,
    recordsPerSecond: 500,
    destroyAtShare: 0.3,
    archiveWithinSeconds: 20,
    restoreTo: 'latest',
    damage: 'none',
  },
  stack: { backups: 'on' },
  runbook: clusterRecovery({ syncWithin: '60m' }),
  variants: {
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
    const sync = subjectSync({ ...set, everyMinutes: 1 });
    const within = beyond(objective.recoverySeconds);
    return {
      probes: (stack, trial) => everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: [allInstancesReady({ within: '60s' }), probesGood({ span: '3s', within: '30s' })],
      workload: [
        finishedSync({ records: 500 }),
        takeBackups(),
        watchArchive(),
        apiLoad({ ratePerSecond: set.loadPerSecond }),
        sync.workload,
        takeSnapshot('archived'),
        nameRecoveryTarget(set.restoreTo),
        archiveHolds({ what: 'the configuration and the jobs', withinSeconds: set.archiveWithinSeconds }),
        damageArchive(set.damage),
        lateChange(),
        takeSnapshot('last'),
      ],
      underway: [syncMovesRecords({ within: '60s' })],
      fault: destroySite({ when: committedShare({ share: set.destroyAtShare, within: '60s' }) }),
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
          followRunbook(clusterRecovery({ syncWithin: within })),
          allInstancesReady({ within: '60s' }),
        ],
      },
      verification: [
        compareSnapshot(),
        sync.readDestination(),
        readLedger('database writes'),
        readArchive(),
        scanForStrays(),
      ],
      checks: [
        steadyState(),
        faultHappened({ requires: ['process-gone', 'data-gone', 'survivors-answer'] }),
        backupSound(),
        runbookSteps(),
        afterRunbook(recoveryTime()),
        recoveryPoint(),
        configurationRestored(),
        jobsReconciled(),
        schedulesAlive(),
        afterRunbook(destinationComplete()),
        afterRunbook(capacityRestored()),
        nothingLeftOver('after-fault'),
      ],
    };
  },
});
