import { afterEach, beforeEach, expect, test } from 'vitest';
import { IS_SHORT } from '../harness/cli/testing/long-test.ts';
import { makeWorkplace, rootCauses, runForJournal, type Workplace } from '../harness/cli/testing/run-chaos.ts';
import type { CheckResult, Journal } from '../harness/core/journal.ts';

let place: Workplace;
beforeEach(() => {
  place = makeWorkplace();
});
afterEach(() => place.remove());

function checkOf(journal: Journal, id: string): CheckResult | undefined {
  return journal.trials[0]?.checks.find((check) => check.id === id);
}

test('with its leader killed, the standby takes over and makes up for what was missed', async () => {
  const { journal, exitCode, log } = await runForJournal(place, ['scheduler_failure', '--seed', '7']);
  expect(rootCauses(journal), log).toEqual([]);
  expect(journal.verdict).toBe('pass');
  expect(exitCode).toBe(0);
  const seen = journal.trials[0]?.milestones.map(({ sinceFaultSeconds }) => sinceFaultSeconds?.best ?? Infinity) ?? [];
  const onPath = seen.slice(0, 5);
  expect(onPath).toEqual(onPath.toSorted((a, b) => a - b));
  expect(Math.max(...seen)).toBeLessThan(Infinity);
});

test.skipIf(IS_SHORT)('a leader that hangs past its lease does not act on it when it goes on', async () => {
  const args = ['scheduler_failure', '--variant', 'hang', '--no-load'];
  const { journal, log } = await runForJournal(place, args);
  expect(rootCauses(journal), log).toEqual([]);
  expect(journal.verdict).toBe('pass');
  expect(checkOf(journal, 'one_leader')?.summary).toContain('said that it does not lead, and made 0 jobs');
});

/** Each weakness of the stack, where it shows, and the one check that must find it. */
test.each([
  ['no_catch_up', [], 'schedules_caught_up'],
  ['no_lease_check', ['--variant', 'hang'], 'one_leader'],
])('schedulers with the weakness %s fail (%j) in the check %s and nowhere else', async (weakness, variant, check) => {
  const { journal, exitCode, log } = await runForJournal(place, [
    'scheduler_failure',
    ...variant,
    '--no-load',
    '--set',
    `weakness=${weakness}`,
  ]);
  expect(rootCauses(journal), log).toEqual([check]);
  expect(journal.verdict).toBe('fail');
  expect(exitCode).toBe(1);
});
