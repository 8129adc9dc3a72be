import * as checks from '../harness/checks/index.ts';
import * as faults from '../harness/faults/index.ts';
import * as waits from '../harness/waits/index.ts';
import * as workload from '../harness/workload/index.ts';
import { beyond, hungAfter } from '../harness/core/duration.ts';
import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  id: 'retry_exhaustion',
  title: 'The source fails for longer than the retry policy allows',
  proves:
    'A sync whose source stays away is given up exactly when the retry policy says, an alert tells so once, and the next scheduled run catches up every record.',
  objective: 'retry_exhaustion',
  needs: ['watch-instances', 'warehouse', 'source-system', 'alert-sink'],
  parameters: { ...workload.EVERYDAY, failAtShare: 0.3 },
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
    const sync = workload.subjectSync({ ...set, everyMinutes: 1 });
    const watchFor = beyond(objective.recoverySeconds);
    const when = waits.committedShare({ share: set.failAtShare, within: '60s' });
    const jobOver = waits.interruptedJobOver({ within: hungAfter(objective) });
    const caughtUp = waits.recovered({ milestone: 'caught-up', within: watchFor });
    const isGivenUp = variant !== 'partial_failure';
    const fault = {
      outage: faults.sourceOutage({ when }),
      config_error: faults.sourceTableMissing({ when, table: sync.sourceTable }),
      partial_failure: faults.sourceConnectionsCut({ when }),
    }[variant === 'config_error' || variant === 'partial_failure' ? variant : 'outage'];
    return {
      probes: (stack, trial) => workload.everydayProbes(stack, trial, set.probeEveryMs),
      steadyState: waits.healthyStack(),
      workload: [workload.apiLoad({ ratePerSecond: set.loadPerSecond }), sync.workload],
      underway: [waits.syncMovesRecords({ within: '60s' })],
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
            until: [
              jobOver,
              waits.failedJobsAlerted({ within: '30s' }),
              faults.healFaults(),
              sync.addRecords(500),
              caughtUp,
            ],
          }
        : {
            path: ['injected', 'took-effect', 'detected', 'next-attempt-started', 'caught-up'],
            because: 'the sync is back when it has delivered what its source held when it was cut off',
            beside: ['job-finished', 'next-run-finished'],
            until: [caughtUp, jobOver, sync.addRecords(500), workload.brokenSyncRaisesAlert()],
          },
      verification: [
        waits.nextScheduledRunOver({ within: '3m' }),
        sync.readDestination(),
        workload.readLedger('database writes'),
        workload.scanForStrays(),
      ],
      checks: [
        checks.steadyState(),
        checks.faultHappened({ requires: ['cut-a-sync'] }),
        checks.recoveryTime(),
        checks.jobOutcome({
          expect: isGivenUp ? 'given-up' : 'success',
          ...(variant === 'config_error' ? { attempts: 1 } : {}),
        }),
        checks.retryPolicy({ startWithin: variant === 'partial_failure' ? '5s' : '10s' }),
        checks.resumedFromState(set),
        checks.destinationComplete(),
        checks.acknowledgedWrites(),
        checks.apiAvailability({ probe: 'api health', longest: '2s' }),
        checks.nextRunNormal(),
        checks.alertDelivery(),
        checks.nothingLeftOver('after-fault'),
      ],
    };
  },
});
