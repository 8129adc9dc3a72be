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
test.each([
  ['no_retries', 'retry_policy'],
  ['state_lost_on_retry', 'resumed_from_state'],
  ['ack_before_commit', 'destination_complete'],
  ['worker_never_restarted', 'capacity_restored'],
  ['false_success', 'job_outcome'],
  ['heartbeat_off', 'job_outcome'],
  ['alert_not_sent', 'alert_delivery'],
  ['destination_drops_batch', 'destination_complete'],
])('a stack with the weakness %s fails in the check %s and nowhere else', async (weakness, check) => {
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
});
