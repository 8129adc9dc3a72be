import { describe, expect, test } from 'vitest';
import { History } from '../core/history.ts';
import type { Check } from '../core/scenario.ts';
import { acknowledgedWrites } from './acknowledged-writes.ts';
import { alertDelivery } from './alert-delivery.ts';
import { apiAvailability } from './api-availability.ts';
import { capacityRestored } from './capacity-restored.ts';
import { destinationComplete } from './destination-complete.ts';
import { faultHappened } from './fault-happened.ts';
import { jobOutcome } from './job-outcome.ts';
import { nothingLeftOver } from './left-overs.ts';
import { nextRunNormal } from './next-run.ts';
import { proberHealthy } from './prober-healthy.ts';
import { recoveryTime } from './recovery-time.ts';
import { resumedFromState } from './resumed-from-state.ts';
import { retryPolicy } from './retry-policy.ts';
import { steadyState } from './steady-state.ts';
import { historyOf, tell, type Story } from './testing/build-history.ts';

interface Case {
  readonly check: Check;
  readonly fails: readonly [because: string, story: Partial<Story>][];
  readonly isUnknown: readonly [because: string, story: Partial<Story>][];
}

const HUNG: Partial<Story> = {
  detectedAt: undefined,
  retriedAt: undefined,
  resumedAt: undefined,
  finishedAt: undefined,
  nextRun: 'never',
  objectiveSeconds: 30,
  endMs: 70_000,
};
const NO_RETRY: Partial<Story> = {
  retriedAt: undefined,
  resumedAt: undefined,
  finishedAt: 30_300,
  finalStatus: 'failed',
  alerts: 1,
};

const CASES: readonly Case[] = [
  { check: steadyState(), fails: [], isUnknown: [['an instance was missing before the fault', { steady: false }]] },
  {
    check: faultHappened({ requires: ['process-gone'] }),
    fails: [],
    isUnknown: [
      ['the victim survived', { evidenceHolds: false }],
      ['nothing was injected', { steady: false }],
    ],
  },
  {
    check: recoveryTime(),
    fails: [
      ['records came back too late', { objectiveSeconds: 15 }],
      ['the job hung past the objective', HUNG],
      ['the job failed for good', NO_RETRY],
    ],
    isUnknown: [
      ['the bounds straddle the objective', { objectiveSeconds: 16.95 }],
      ['it was not watched for long enough', { ...HUNG, objectiveSeconds: 300 }],
      ['nothing was injected', { steady: false }],
    ],
  },
  {
    check: jobOutcome(),
    fails: [
      ['the job hung', HUNG],
      ['the job failed', NO_RETRY],
      ['the API no longer knows the job', { ...HUNG, goneAt: 25_000 }],
      ['success was claimed without the records', { retriedAt: undefined, resumedAt: undefined, finishedAt: 30_300 }],
    ],
    isUnknown: [['nothing was injected', { steady: false }]],
  },
  {
    check: retryPolicy(),
    fails: [
      ['there was no retry', NO_RETRY],
      ['the retry came at once', { retriedAt: 30_100 }],
      ['the retry came much too late', { retriedAt: 50_000, resumedAt: 52_000, finishedAt: 55_000 }],
    ],
    isUnknown: [['the job hung', HUNG]],
  },
  {
    check: resumedFromState({ checkpointEvery: 25, recordsPerSecond: 50, stateLagSeconds: 1 }),
    fails: [['everything was read again', { deliveredTwice: 400 }]],
    isUnknown: [
      ['the job hung', HUNG],
      ['the destination was never read', { isDestinationRead: false }],
    ],
  },
  {
    check: destinationComplete(),
    fails: [['records are missing', { missing: [[401, 450]] }]],
    isUnknown: [['the destination was never read', { isDestinationRead: false }]],
  },
  {
    check: acknowledgedWrites(),
    fails: [['acknowledged writes are gone', { lostWrites: [7, 8] }]],
    isUnknown: [['the ledger was never read', { isLedgerRead: false }]],
  },
  {
    check: apiAvailability({ probe: 'api health', longest: '2s' }),
    fails: [['the API was away for five seconds', { badHealthFrom: 21_000, badHealthFor: 5000 }]],
    isUnknown: [
      ['nothing was injected', { steady: false }],
      ['the outage is too close to the limit', { badHealthFrom: 21_000, badHealthFor: 2000 }],
    ],
  },
  {
    check: capacityRestored(),
    fails: [['the instance never came back', { restartedAt: undefined, objectiveSeconds: 30 }]],
    isUnknown: [
      ['it was not watched for long enough', { restartedAt: undefined }],
      ['nothing was injected', { steady: false }],
    ],
  },
  {
    check: nextRunNormal(),
    fails: [
      ['it never came', { nextRun: 'never' }],
      ['it failed', { nextRun: 'failed' }],
      ['somebody started it by hand', { nextRun: 'manual' }],
    ],
    isUnknown: [['nothing was injected', { steady: false }]],
  },
  {
    check: alertDelivery(),
    fails: [
      ['no alert came', { alerts: 0 }],
      ['the alert came twice', { alerts: 2 }],
    ],
    isUnknown: [],
  },
  {
    check: nothingLeftOver('after-fault'),
    fails: [['a process was left', { leftOvers: ['process 1'] }]],
    isUnknown: [['nobody looked', { leftOvers: undefined }]],
  },
];

describe.each(CASES.map((entry) => [entry.check.id, entry] as const))('%s', (_id, { check, fails, isUnknown }) => {
  test('passes on a good run', () => {
    const result = check.judge(historyOf());
    expect(result.summary).toMatch(/\.$/);
    expect(result).toMatchObject({ verdict: 'pass' });
  });

  test.each(fails)('fails when %s', (_because, story) => {
    expect(check.judge(historyOf(story))).toMatchObject({ verdict: 'fail' });
  });

  test.each(isUnknown)('is unknown when %s', (_because, story) => {
    expect(check.judge(historyOf(story))).toMatchObject({ verdict: 'unknown' });
  });

  test('never passes on an empty record', () => {
    expect(check.judge(new History(1)).verdict).not.toBe('pass');
  });

  test('names only events of the record as evidence', () => {
    const events = tell();
    for (const index of check.judge(new History(1, events)).evidence) expect(events[index]?.i).toBe(index);
  });
});

test('a stalled prober makes the run unknown', () => {
  const events = tell().map((event) => (event.type === 'prober' ? { ...event, delayMaxMs: 3000 } : event));
  expect(proberHealthy().judge(new History(1, events)).verdict).toBe('unknown');
  expect(proberHealthy().judge(historyOf()).verdict).toBe('pass');
});

test('a hung job is the cause, and what follows from it says so', () => {
  const history = historyOf(HUNG);
  expect(jobOutcome().judge(history).consequenceOf).toBeUndefined();
  for (const check of [
    recoveryTime(),
    retryPolicy(),
    resumedFromState({ checkpointEvery: 25, recordsPerSecond: 50, stateLagSeconds: 1 }),
    nextRunNormal(),
  ]) {
    expect(check.judge(history)).toMatchObject({ consequenceOf: 'job_outcome' });
  }
});

test('a job that failed against the policy is a consequence of the policy breach', () => {
  const history = historyOf(NO_RETRY);
  expect(retryPolicy().judge(history).consequenceOf).toBeUndefined();
  expect(jobOutcome().judge(history)).toMatchObject({ consequenceOf: 'retry_policy' });
});

test('a success without records breaks the policy only by its claim', () => {
  const history = historyOf({ retriedAt: undefined, resumedAt: undefined, finishedAt: 30_300 });
  expect(jobOutcome().judge(history).consequenceOf).toBeUndefined();
  expect(retryPolicy().judge(history)).toMatchObject({ consequenceOf: 'job_outcome' });
});
