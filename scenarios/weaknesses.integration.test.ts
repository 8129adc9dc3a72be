import { IS_SHORT, ONLY_LONG } from '../harness/cli/testing/long-test.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  makeWorkplace,
  QUICK,
  rootCauses,
  runForJournal,
  shortObjectives,
  type Workplace,
} from '../harness/cli/testing/run-chaos.ts';

let place: Workplace;
beforeEach(() => {
  place = makeWorkplace();
});
afterEach(() => place.remove());

/** Each weakness of the stack and the one check that must find it. */
const FOUND_BY = [
  ['no_retries', 'retry_policy'],
  ['state_lost_on_retry', 'resumed_from_state'],
  ['false_success', 'job_outcome'],
  ['destination_drops_batch', 'destination_complete'],
] as const;
/** The first two are watched until the objective is over; the checks of the others are put to the test elsewhere too. */
const FOUND_LATE_BY = [
  ['worker_never_restarted', 'capacity_restored'],
  ['heartbeat_off', 'job_outcome'],
  ['alert_not_sent', 'alert_delivery'],
  ['ack_before_commit', 'destination_complete'],
] as const;

test.each(FOUND_BY)('a stack with the weakness %s fails in the check %s and nowhere else', findIt);
test.skipIf(IS_SHORT).each(FOUND_LATE_BY)(
  `a stack with the weakness %s fails in the check %s and nowhere else${IS_SHORT ? ` (${ONLY_LONG})` : ''}`,
  findIt,
);

async function findIt(weakness: string, check: string): Promise<void> {
  const { journal, exitCode, log } = await runForJournal(place, [
    'worker_failure',
    '--no-load',
    ...QUICK,
    '--objectives',
    shortObjectives(place, '40s'),
    '--set',
    `weakness=${weakness}`,
  ]);
  expect(rootCauses(journal), log).toEqual([check]);
  expect(journal.verdict).toBe('fail');
  expect(exitCode).toBe(1);
}
