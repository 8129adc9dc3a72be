import type { Journal, Trial } from '../../core/journal.ts';
import { combineVerdicts, type Verdict } from '../../core/verdict.ts';
import { countIn, formatRanges } from '../../core/sequence.ts';
import type { RecordBuilder } from './record-builder.ts';
import { checks } from './sample-checks.ts';
import {
  at,
  environment,
  objective,
  PRODUCED_ROWS,
  recoveryEnds,
  type SampleShape,
  type Seconds,
  type TrialShape,
} from './sample-shape.ts';

/** The judged run that belongs to the events of {@link addRun}. */
export function judge(record: RecordBuilder, shape: SampleShape, eventCount: number): Journal {
  const trials = shape.trials.map((trial) => judgeTrial(record, shape, trial));
  const times = trials.flatMap((trial) => trial.recovery.measuredSeconds?.best ?? []).toSorted((a, b) => a - b);
  const verdict = combineVerdicts(trials.map((trial) => trial.verdict));
  const count = (wanted: Verdict): number => trials.filter((trial) => trial.verdict === wanted).length;
  return {
    schemaVersion: 1,
    runId: shape.runId,
    scenario: { id: 'worker_failure', title: shape.title, proves: shape.proves },
    verdict,
    headline:
      shape.headline ||
      (trials.length > 1
        ? `${count('pass')} of ${trials.length} trials recovered within the objective of 5 min.`
        : (trials[0]?.headline ??
          'Refused: the system was not steady, worker-2 was not ready after 30 s; nothing was broken.')),
    outcome: trials.length === 0 ? 'refused' : 'completed',
    wallStart: '2026-11-23T02:51:21.345Z',
    durationSeconds:
      trials.length === 0 ? 11 : at(shape.trials.at(-1) ?? NEVER, shape.trials.at(-1)?.endSeconds ?? 0) / 1000 + 2,
    objective,
    recoveryEnds,
    trials,
    summary: {
      passed: count('pass'),
      failed: count('fail'),
      unknown: count('unknown'),
      medianSeconds: times[Math.floor(times.length / 2)] ?? null,
      lowestSeconds: times[0] ?? null,
      highestSeconds: times.at(-1) ?? null,
      conclusion:
        trials.length > 1
          ? `${count('pass')} of ${trials.length} within the objective; one trial outside it is a fail.`
          : 'One trial shows that it can recover in time, not that it always does.',
    },
    runChecks: [
      {
        id: 'nothing_left_over',
        title: 'Nothing left over',
        verdict: 'pass',
        summary: 'No process, port or folder of this run is left.',
        evidence: [record.indexOf('leftovers')],
      },
    ],
    command: shape.command,
    seed: 4711,
    environment: {
      ...environment,
      platform: 'local',
      profile: 'reference',
      postgres: '18.6 under Patroni 4.1.5',
      temporal: 'dev server 1.32.0',
      k6: '1.1.0',
    },
    eventCount,
  };
}

const NEVER: TrialShape = {
  trial: 0,
  offsetSeconds: 0,
  verdict: 'unknown',
  recovered: { previous: 0, seen: 0 },
  attempts: [],
  endSeconds: 0,
  missing: [],
};

function seconds(low: number, high: number): Seconds {
  return { low: round(low), best: round((low + high) / 2), high: round(high) };
}
const round = (value: number): number => Math.round(value * 10_000) / 10_000;

function judgeTrial(record: RecordBuilder, shape: SampleShape, trial: TrialShape): Trial {
  const measured = seconds(trial.recovered.previous - 0.0012, trial.recovered.seen);
  const axis = (second: number): number => round(at(trial, second) / 1000);
  const over = { pass: 'within', fail: 'over', unknown: 'not clearly within' }[trial.verdict];
  return {
    trial: trial.trial,
    verdict: trial.verdict,
    headline: `The interrupted sync resumed ${measured.best?.toFixed(2)} s after its worker was killed, ${over} the objective of 5 min; ${countIn(trial.missing)} records are missing.`,
    broke: `SIGKILL of ${shape.worker} (process 4005) while it ran the sync of “${shape.connection}”, with 31 % of the records committed.`,
    faultAtSeconds: axis(0),
    recovery: { verdict: trial.verdict, measuredSeconds: measured, fasterThanExpected: trial.verdict === 'pass' },
    milestones: milestones(record, trial, measured, axis),
    checks: checks(record, shape, trial, measured),
    jobs: [job(shape, trial, axis)],
    deliveries: [
      {
        connectionId: 'c-1',
        connectionName: shape.connection,
        produced: PRODUCED_ROWS,
        delivered: PRODUCED_ROWS - countIn(trial.missing),
        missing: countIn(trial.missing),
        missingRanges: formatRanges(trial.missing),
        repeated: 500,
        extraCopies: 500,
        unexpected: 0,
      },
    ],
    ledgers: [
      {
        ledger: 'config-writes',
        attempted: 813,
        acknowledged: 812,
        indeterminate: 1,
        failed: 0,
        recovered: 812,
        lost: 0,
        lostRanges: '',
        duplicated: 0,
        unexpected: 0,
        isRead: true,
        recoveryPointSeconds: null,
      },
    ],
    outages: [
      outage(record, trial, 'worker-1-ready', 3.9, shape.badNote, axis),
      outage(record, trial, 'connections-list', 0.6, shape.badNote, axis),
    ],
  };
}

function outage(
  record: RecordBuilder,
  trial: TrialShape,
  probe: string,
  until: number,
  note: string,
  axis: (second: number) => number,
): Trial['outages'][number] {
  const start = probe === 'connections-list' ? 0.2 : 0;
  return {
    probe,
    startSeconds: { low: axis(start - 0.05), high: axis(start + 0.05) },
    endSeconds: { low: axis(until - 0.05), high: axis(until + 0.05) },
    durationSeconds: { low: round(until - start - 0.1), best: round(until - start), high: round(until - start + 0.1) },
    badSamples: Math.round((until - start) * 20),
    notes: [note],
    firstEvent: record.indexOf(`bad-${probe}-${trial.trial}`),
  };
}

function milestones(
  record: RecordBuilder,
  trial: TrialShape,
  measured: Seconds,
  axis: (second: number) => number,
): Trial['milestones'] {
  const retry = trial.attempts.at(-1)?.start ?? 0;
  const failedAt = trial.attempts.at(-2)?.end ?? 0;
  const last = trial.attempts.length - 1;
  const part = (
    id: string,
    title: string,
    low: number,
    high: number,
    isOnPath: boolean,
    key: string,
  ): Trial['milestones'][number] => ({
    id,
    title,
    sinceFaultSeconds: seconds(Math.max(0, low), high),
    atSeconds: axis((low + high) / 2),
    isOnPath,
    endsRecovery: id === 'resumed',
    evidence: [record.indexOf(`${key}-${trial.trial}`)],
  });
  return [
    part('took_effect', 'The worker is gone', 0.0138, 0.019, true, 'gone'),
    part('restarted', 'The worker runs again', 3.85, 3.92, false, 'ready'),
    part('detected', 'Temporal notices and the attempt is failed', failedAt - 0.25, failedAt, true, `end-${last - 1}`),
    part('next_attempt', 'The next attempt starts', retry - 0.24, retry, true, `start-${last}`),
    part('resumed', 'The interrupted job commits new records', measured.low, measured.high ?? 0, true, 'resumed'),
    part(
      'finished',
      'The interrupted job is finished',
      (trial.attempts.at(-1)?.end ?? 0) - 0.25,
      trial.attempts.at(-1)?.end ?? 0,
      false,
      `end-${last}`,
    ),
    {
      id: 'redundancy',
      title: 'A second standby is in sync again',
      sinceFaultSeconds: null,
      atSeconds: null,
      isOnPath: false,
      endsRecovery: false,
      evidence: [],
    },
  ];
}

function job(shape: SampleShape, trial: TrialShape, axis: (second: number) => number): Trial['jobs'][number] {
  const policy = [null, 5, 10, 20];
  return {
    jobId: '1',
    connectionId: 'c-1',
    connectionName: shape.connection,
    role: 'subject',
    trigger: 'manual',
    wasInFlight: true,
    outcome: 'succeeded',
    claimed: 'succeeded',
    attempts: trial.attempts.map((attempt, k) => {
      const before = trial.attempts[k - 1];
      return {
        number: k,
        status: attempt.succeeded ? 'succeeded' : 'failed',
        startedSeconds: seconds(axis(attempt.start - 0.24), axis(attempt.start)),
        endedSeconds: seconds(axis(attempt.end - 0.25), axis(attempt.end)),
        waitedSeconds:
          before === undefined ? null : seconds(attempt.start - before.end - 0.24, attempt.start - before.end + 0.25),
        policyWaitSeconds: policy[k] ?? null,
        recordsEmitted: attempt.succeeded ? 16_500 : 7_900,
        recordsCommitted: attempt.succeeded ? 16_500 : 7_500,
        failure: attempt.succeeded ? null : shape.failure,
      };
    }),
  };
}
