import { acknowledgedWrites } from '../harness/checks/acknowledged-writes.ts';
import { alertDelivery } from '../harness/checks/alert-delivery.ts';
import { apiAvailability } from '../harness/checks/api-availability.ts';
import { destinationComplete } from '../harness/checks/destination-complete.ts';
import { faultHappened } from '../harness/checks/fault-happened.ts';
import { jobOutcome } from '../harness/checks/job-outcome.ts';
import { nothingLeftOver } from '../harness/checks/left-overs.ts';
import { nextRunNormal } from '../harness/checks/next-run.ts';
import { recoveryTime } from '../harness/checks/recovery-time.ts';
import { resumedFromState } from '../harness/checks/resumed-from-state.ts';
import { retryPolicy } from '../harness/checks/retry-policy.ts';
import { steadyState } from '../harness/checks/steady-state.ts';
import { beyond, hungAfter } from '../harness/core/duration.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { healFaults } from '../harness/faults/heal.ts';
import { sourceConnectionsCut, sourceOutage, sourceTableMissing } from '../harness/faults/source-outage.ts';
import { failedJobsAlerted } from '../harness/waits/alerts.ts';
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
import { brokenSyncRaisesAlert } from '../harness/workload/broken-sync.ts';
import { EVERYDAY, everydayProbes } from '../harness/workload/everyday.ts';
import { scanForStrays } from '../harness/workload/stray-scan.ts';
import { subjectSync } from '../harness/workload/subject-sync.ts';
import { readLedger } from '../harness/workload/write-ledger.ts';

export default defineScenario({
  id: 'retry_exhaustion',
  title: 'The source fails for longer than the retry policy allows',
  proves:
    'A sync whose source stays away is given up exactly when the retry policy says, an alert tells so once, and the next scheduled run catches up every record.',
  objective: 'retry_exhaustion',
  needs: ['watch-instances', 'warehouse', 'source-system', 'alert-sink'],
  parameters: { ...EVERYDAY, failAtShare: 0.3 },
  variants: {
    airbyte: {
      title: 'Airbyte’s own policy, which counts complete and partial failures apart',
      // 10, 30, 90 and 270 s become 0.5, 1.5, 4.5 and 13.5 s.
      stack: { RETRY_POLICY: 'airbyte', RETRY_TIME_SCALE: '0.05' },
    },
    config_error: {
      title: 'its table is taken away, which no retry can repair',
      proves:
        'A configuration error is not retried: one attempt, one alert, and the next run after the repair catches up.',
    },
    partial_failure: {
      title: 'its connections are cut once, after records were committed',
      proves: 'An attempt that fails after it has committed records is tried again at once, without back-off.',
      stack: { RETRY_POLICY: 'airbyte' },
    },
    real_connector: {
      title: 'with one of Airbyte’s own connectors as the source',
      set: { connector: 'declarative' },
      stack: { RECORD_API: 'on' },
    },
  },

  plan(set, objective, variant) {
    const sync = subjectSync({ ...set, everyMinutes: 1 });
    const watchFor = beyond(objective.recoverySeconds);
    const when = committedShare({ share: set.failAtShare, within: '60s' });
    const jobOver = interruptedJobOver({ within: hungAfter(objective) });
    const caughtUp = recovered({ milestone: 'caught-up', within: watchFor });
    const isGivenUp = variant !== 'partial_failure';
    const fault = {
      outage: sourceOutage({ when }),
      config_error: sourceTableMissing({ when, table: sync.sourceTable }),
      partial_failure: sourceConnectionsCut({ when }),
    }[variant === 'config_error' || variant === 'partial_failure' ? variant : 'outage'];
    return {
      probes: (stack, trial) => everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: [allInstancesReady({ within: '60s' }), probesGood({ span: '3s', within: '30s' })],
      workload: [apiLoad({ ratePerSecond: set.loadPerSecond }), sync.workload],
      underway: [syncMovesRecords({ within: '60s' })],
      fault,
      recovery: isGivenUp
        ? {
            path: [
              'injected',
              'took-effect',
              'detected',
              'job-finished',
              'fault-healed',
              'next-run-started',
              'caught-up',
            ],
            from: 'fault-healed',
            because:
              'while its source is away no sync can succeed; what is promised is that the next scheduled run after it catches up everything',
            beside: ['job-alerted', 'next-run-finished'],
            until: [jobOver, failedJobsAlerted({ within: '30s' }), healFaults(), sync.addRecords(500), caughtUp],
          }
        : {
            path: ['injected', 'took-effect', 'detected', 'next-attempt-started', 'caught-up'],
            because: 'the sync is back when it has delivered what its source held when it was cut off',
            beside: ['job-finished', 'next-run-finished'],
            until: [caughtUp, jobOver, sync.addRecords(500), brokenSyncRaisesAlert()],
          },
      verification: [
        nextScheduledRunOver({ within: '3m' }),
        sync.readDestination(),
        readLedger('database writes'),
        scanForStrays(),
      ],
      checks: [
        steadyState(),
        faultHappened({ requires: ['cut-a-sync'] }),
        recoveryTime(),
        jobOutcome({
          expect: isGivenUp ? 'given-up' : 'success',
          ...(variant === 'config_error' ? { attempts: 1 } : {}),
        }),
        retryPolicy({ startWithin: variant === 'partial_failure' ? '5s' : '10s' }),
        resumedFromState(set),
        destinationComplete(),
        acknowledgedWrites(),
        apiAvailability({ probe: 'api health', longest: '2s' }),
        nextRunNormal(),
        alertDelivery(),
        nothingLeftOver('after-fault'),
      ],
    };
  },
});
