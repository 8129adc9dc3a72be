import { describe, expect, test } from 'vitest';
import type { BodyOf } from '../core/events.ts';
import { jobResponse } from '../core/derive/job-response.ts';
import { observedJobs } from '../core/derive/job-timeline.ts';
import { findMilestone } from '../core/derive/milestones.ts';
import { History } from '../core/history.ts';
import { alertDelivery } from './alert-delivery.ts';
import { jobOutcome, outcomeOf } from './job-outcome.ts';
import { nextRunNormal } from './next-run.ts';
import { measuredRecovery, recoveryTime } from './recovery-time.ts';
import { retryPolicy } from './retry-policy.ts';
import { historyOf } from './testing/build-history.ts';
import { FIRST_ATTEMPTS, OUTAGE, outageOf, type Outage } from './testing/build-outage.ts';

const givenUp = jobOutcome({ expect: 'given-up' });
const [first, second] = FIRST_ATTEMPTS;
/** The third attempt is still under way at the end. */
const OPEN: Partial<Outage> = {
  attempts: [first, second, { from: 36_700, to: undefined }],
  alertsAt: [],
  nextRunAt: undefined,
  caughtUpAt: undefined,
};

describe('a job that is to be given up', () => {
  test('passes when it fails after exactly the attempts of the policy', () => {
    const result = givenUp.judge(outageOf());
    expect(result).toMatchObject({ verdict: 'pass' });
    expect(result.summary).toContain('all 3 attempts are used');
  });

  test.each<[string, Partial<Outage>, string]>([
    ['it succeeds', { status: 'succeeded' }, 'succeeded'],
    ['it hangs', { ...OPEN, hungAfterSeconds: 40 }, 'hangs'],
    ['it is cancelled', { status: 'cancelled' }, 'cancelled'],
    ['the API no longer knows it', { ...OPEN, goneAt: 40_000 }, 'lost'],
    ['it is given up too early', { attempts: [first, second] }, 'too early'],
    ['it is given up too late', { attempts: [...OUTAGE.attempts, { from: 57_700, to: 58_000 }] }, 'too late'],
  ])('fails when %s', (_because, outage, words) => {
    const result = givenUp.judge(outageOf(outage));
    expect(result.verdict).toBe('fail');
    expect(result.summary).toContain(words);
  });

  test('fails when a failure that must not be retried took the attempts of the policy', () => {
    expect(jobOutcome({ expect: 'given-up', attempts: 1 }).judge(outageOf()).verdict).toBe('fail');
    expect(jobOutcome({ expect: 'given-up', attempts: 3 }).judge(outageOf()).verdict).toBe('pass');
  });

  test('is unknown when the run ended before its limit for hanging, or nothing was broken', () => {
    expect(givenUp.judge(outageOf(OPEN)).verdict).toBe('unknown');
    expect(givenUp.judge(new History(1)).verdict).toBe('unknown');
  });

  test('given up early or late is a consequence of the policy breach, which is found as well', () => {
    for (const attempts of [
      [first, second],
      [...OUTAGE.attempts, { from: 57_700, to: 58_000 }],
    ]) {
      expect(givenUp.judge(outageOf({ attempts }))).toMatchObject({ consequenceOf: 'retry_policy' });
      expect(retryPolicy().judge(outageOf({ attempts })).verdict).toBe('fail');
      expect(retryPolicy().judge(outageOf({ attempts })).consequenceOf).toBeUndefined();
    }
  });
});

describe('a job is hung by a limit of its own', () => {
  const outcome = (history: History): string | undefined =>
    observedJobs(history).map((job) => outcomeOf(history, job))[0];

  test('before the limit it is not finished, however soon the objective of the recovery is over', () => {
    expect(outcome(outageOf({ ...OPEN, objectiveSeconds: 5 }))).toBe('not-finished');
    expect(outcome(outageOf({ ...OPEN, hungAfterSeconds: 40 }))).toBe('hung');
  });

  test('without a limit in the objective the wait for the job decides, as in older records', () => {
    expect(outcome(outageOf({ ...OPEN, hungAfterSeconds: undefined }))).toBe('not-finished');
    expect(outcome(historyOf({ detectedAt: undefined, retriedAt: undefined, finishedAt: undefined }))).toBe('hung');
  });
});

describe('the retry policy', () => {
  test('passes with the prescribed waits', () => {
    expect(retryPolicy().judge(outageOf())).toMatchObject({ verdict: 'pass' });
  });

  test('fails when the attempts follow one another without back-off', () => {
    const attempts = [first, { from: 20_700, to: 21_500 }, { from: 21_700, to: 22_500 }];
    expect(retryPolicy().judge(outageOf({ attempts }))).toMatchObject({ verdict: 'fail' });
    expect(givenUp.judge(outageOf({ attempts })).verdict).toBe('pass');
  });

  test('fails when starting an attempt takes longer than it may', () => {
    const attempts = [first, { from: 32_700, to: 33_500 }, { from: 43_700, to: 44_500 }];
    expect(retryPolicy().judge(outageOf({ attempts })).verdict).toBe('pass');
    expect(retryPolicy({ startWithin: '5s' }).judge(outageOf({ attempts })).verdict).toBe('fail');
  });

  test('passes on a configuration error that is not tried again, and fails on one that is', () => {
    const wrong = { ...first, failureType: 'config_error' };
    expect(retryPolicy().judge(outageOf({ attempts: [wrong] })).verdict).toBe('pass');
    expect(retryPolicy().judge(outageOf({ attempts: [wrong, second] })).verdict).toBe('fail');
  });

  test('is unknown when the job is not over', () => {
    expect(retryPolicy().judge(outageOf(OPEN)).verdict).toBe('unknown');
  });
});

describe('the alert of a job that was given up', () => {
  test('passes on one, with its time after the failure', () => {
    const result = alertDelivery().judge(outageOf());
    expect(result.verdict).toBe('pass');
    expect(result.summary).toContain('275 ms (50 ms – 500 ms) after the failure');
  });

  test.each<[string, Partial<Outage>]>([
    ['none came', { alertsAt: [] }],
    ['two came', { alertsAt: [37_800, 37_900] }],
    ['one came again under its idempotency key', { repeats: 1 }],
  ])('fails when %s', (_because, outage) => {
    expect(alertDelivery().judge(outageOf(outage)).verdict).toBe('fail');
  });

  test('may come again where the receiver was away, and then the repeats are told', () => {
    const result = alertDelivery({ mayRepeat: true }).judge(outageOf({ repeats: 2 }));
    expect(result).toMatchObject({ verdict: 'pass' });
    expect(result.summary).toContain('2 alerts came again');
    expect(alertDelivery({ mayRepeat: true }).judge(outageOf({ alertsAt: [37_800, 37_900] })).verdict).toBe('fail');
    expect(alertDelivery({ mayRepeat: true }).judge(outageOf({ alertsAt: [], repeats: 0 })).verdict).toBe('fail');
  });

  test('is unknown where no job failed for good', () => {
    expect(alertDelivery().judge(outageOf({ status: 'succeeded', alertsAt: [] })).verdict).toBe('unknown');
  });
});

describe('a recovery that is counted from the undo of the fault', () => {
  test('is measured from there', () => {
    const measured = measuredRecovery(outageOf());
    expect(measured?.time.low).toBeCloseTo(66_050 - 155 - 38_000, -3);
    expect(measured?.time.high).toBeLessThan(28_500);
    expect(recoveryTime().judge(outageOf())).toMatchObject({ verdict: 'pass' });
  });

  test.each<[string, Partial<Outage>, 'fail' | 'unknown']>([
    ['the records came too late', { objectiveSeconds: 20 }, 'fail'],
    ['they never came', { caughtUpAt: undefined, objectiveSeconds: 20 }, 'fail'],
    ['it was not watched for long enough', { caughtUpAt: undefined }, 'unknown'],
    ['the fault was never undone', { healedAt: undefined }, 'unknown'],
  ])('does not pass when %s', (_because, outage, verdict) => {
    expect(recoveryTime().judge(outageOf(outage)).verdict).toBe(verdict);
  });

  test('finds no milestone where nothing was broken', () => {
    for (const id of ['fault-healed', 'next-run-started', 'caught-up', 'job-alerted'] as const)
      expect(findMilestone(new History(1), id)).toBeUndefined();
  });
});

describe('the next run', () => {
  test('is the first that began when the source was back', () => {
    const result = nextRunNormal().judge(outageOf({ hasRunDuringOutage: true }));
    expect(result).toMatchObject({ verdict: 'pass' });
    expect(result.summary).toContain('Job 3');
  });

  test('fails when it fails, and is unknown when it was not waited for', () => {
    expect(nextRunNormal().judge(outageOf({ nextStatus: 'failed' })).verdict).toBe('fail');
    expect(nextRunNormal().judge(outageOf({ nextRunAt: undefined })).verdict).toBe('unknown');
  });
});

describe('the response to a job in flight', () => {
  const responseTo = (history: History): ReturnType<typeof jobResponse> =>
    observedJobs(history).map((job) => jobResponse(history, job))[0];

  test('has the times to detect, to act, to finish and to tell, with bounds', () => {
    expect(responseTo(outageOf())).toEqual({
      detect: { low: 299, best: 400, high: 500 },
      act: { low: 5000, best: 5200, high: 5400 },
      finish: { low: 17_299, best: 17_400, high: 17_500 },
      alert: { low: 50, best: 275, high: 500 },
    });
  });

  test('says how long an open job was watched', () => {
    expect(responseTo(outageOf(OPEN))?.finish).toEqual({ low: 49_999, best: Infinity, high: Infinity });
  });

  test('is nothing for a job that was not in flight', () => {
    const history = outageOf();
    const statuses: (BodyOf<'job'>['status'] | undefined)[] = observedJobs(history).map((job) =>
      jobResponse(history, job) === undefined ? undefined : job.status,
    );
    expect(statuses).toEqual(['failed', undefined]);
  });
});
