import type { CheckResult } from '../../core/journal.ts';
import { countIn, formatRanges } from '../../core/sequence.ts';
import type { Verdict } from '../../core/verdict.ts';
import type { RecordBuilder } from './record-builder.ts';
import type { SampleShape, Seconds, TrialShape } from './sample-shape.ts';

/** The checks of one trial, as the catalogue of `worker_failure` has them. */
export function checks(record: RecordBuilder, shape: SampleShape, trial: TrialShape, measured: Seconds): CheckResult[] {
  const n = trial.trial;
  const key = (name: string): number => record.indexOf(`${name}-${n}`);
  const check = (
    id: string,
    title: string,
    verdict: Verdict,
    summary: string,
    evidence: number[],
    consequenceOf?: string,
  ): CheckResult => ({
    id,
    title,
    verdict,
    summary,
    evidence,
    ...(consequenceOf === undefined ? {} : { consequenceOf }),
  });
  const isComplete = trial.missing.length === 0;
  return [
    check(
      'fault_happened',
      'The right worker really died',
      'pass',
      `${shape.worker} (process 4005) was gone after 0.02 s and had run the sync.`,
      [key('injected'), key('gone'), key('right')],
    ),
    check(
      'recovery_time',
      'Recovered within the objective',
      trial.verdict,
      `Recovered after ${measured.best?.toFixed(2)} s (${measured.low.toFixed(2)}–${measured.high?.toFixed(2)} s); the objective is 300 s.`,
      [key('injected'), key('resumed')],
    ),
    check(
      'no_gap',
      'Every record arrived',
      isComplete ? 'pass' : 'fail',
      isComplete
        ? 'All 24,000 records of the source are in the destination.'
        : `${countIn(trial.missing)} of 24,000 records are missing: ${formatRanges(trial.missing)}.`,
      [key('read')],
    ),
    check(
      'job_outcome',
      'The interrupted job succeeded',
      isComplete ? 'pass' : 'fail',
      isComplete
        ? `Job 1 succeeded after ${trial.attempts.length} attempts.`
        : 'Job 1 is reported as succeeded, but its records are not all there.',
      [key(`end-${trial.attempts.length - 1}`)],
      isComplete ? undefined : 'no_gap',
    ),
    check(
      'retry_policy',
      'Attempts and waits follow the retry policy',
      'pass',
      'The wait before attempt 2 was 5.1 s; the policy says 5 s.',
      [key('end-0'), key('start-1')],
    ),
    check(
      'resumed_from_state',
      'Resumed from the last state',
      'pass',
      '500 records were read twice; at most one checkpoint interval of 500 is allowed.',
      [key('read')],
    ),
    check(
      'api_available',
      'The API answered throughout',
      'pass',
      '9 of 6,012 requests failed (0.15 %); connections-list was out for 0.40 s.',
      [key('load'), key('bad-connections-list')],
    ),
    check('alert_sent', 'The broken connection raised an alert', 'pass', 'The alert came 20.1 s after the fault.', [
      key('alert'),
    ]),
  ];
}
