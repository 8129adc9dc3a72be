import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { IS_SHORT } from '../harness/cli/testing/long-test.ts';
import { makeWorkplace, rootCauses, runForJournal, type Workplace } from '../harness/cli/testing/run-chaos.ts';
import type { Journal } from '../harness/core/journal.ts';

let place: Workplace;
beforeEach(() => {
  place = makeWorkplace();
});
afterEach(() => place.remove());

/** Fewer records than a run has by default: what these tests are about is the time between attempts. */
const SMALL = ['--no-load', '--set', 'records=9000'] as const;

function givenUpJob({ trials }: Journal): Journal['trials'][number]['jobs'][number] {
  const job = trials[0]?.jobs.find(({ wasInFlight }) => wasInFlight);
  if (job === undefined) throw new Error('no job was in flight');
  return job;
}

describe('a source that stays away for longer than the retry policy allows', () => {
  test('passes with the documented policy, under load', async () => {
    const { journal, exitCode, log } = await runForJournal(place, ['retry_exhaustion', '--seed', '7']);
    expect(rootCauses(journal), log).toEqual([]);
    expect(exitCode).toBe(0);
    const job = givenUpJob(journal);
    expect(job.outcome).toBe('failed');
    expect(job.attempts.map(({ policyWaitSeconds }) => policyWaitSeconds)).toEqual([null, 5, 10]);
    for (const time of [job.detectSeconds, job.actSeconds, job.finishSeconds, job.alertSeconds])
      expect(time?.best).toEqual(expect.any(Number));
    const later = journal.trials[0]?.jobs.filter(({ wasInFlight }) => !wasInFlight) ?? [];
    expect(later.some(({ outcome, trigger }) => outcome === 'succeeded' && trigger === 'schedule')).toBe(true);
    expect(journal.trials[0]?.deliveries[0]).toMatchObject({ produced: 20_500, missing: 0 });
  });

  test.skipIf(IS_SHORT)('passes with Airbyte’s own policy, at a fraction of its time', async () => {
    const run = ['retry_exhaustion', '--variant', 'airbyte', ...SMALL];
    const { journal, exitCode, log } = await runForJournal(place, run);
    expect(rootCauses(journal), log).toEqual([]);
    expect(exitCode).toBe(0);
    // The first attempt had committed records: a partial failure, after which there is no back-off.
    expect(givenUpJob(journal).attempts.map(({ policyWaitSeconds }) => policyWaitSeconds)).toEqual([
      null,
      0,
      0.5,
      1.5,
      4.5,
      13.5,
    ]);
  });

  // Other weaknesses that every change is tried with are found by the same checks.
  test.skipIf(IS_SHORT).each([
    ['alert_sent_twice', 'alert_delivery'],
    ['retry_without_backoff', 'retry_policy'],
  ])('a stack with the weakness %s fails in the check %s and nowhere else', async (weakness, check) => {
    const run = ['retry_exhaustion', ...SMALL, '--set', `weakness=${weakness}`];
    const { journal, exitCode, log } = await runForJournal(place, run);
    expect(rootCauses(journal), log).toEqual([check]);
    expect(journal.verdict).toBe('fail');
    expect(exitCode).toBe(1);
  });
});
