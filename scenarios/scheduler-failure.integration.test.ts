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
  const seen = (journal.trials[0]?.milestones ?? []).map(({ sinceFaultSeconds }) => sinceFaultSeconds);
  expect(seen.length).toBeGreaterThan(5);
  expect(seen).not.toContain(null);
  // A leader and its first job are seen by two observers, milliseconds apart: only their bounds can contradict the order.
  const onPath = seen.slice(0, 5).map((bounds) => ({ low: bounds?.low ?? Infinity, high: bounds?.high ?? -Infinity }));
  expect(onPath.filter(({ high }, at) => onPath.slice(0, at).some(({ low }) => low > high))).toEqual([]);
});

test.skipIf(IS_SHORT)('a leader that hangs past its lease does not act on it when it goes on', async () => {
  const args = ['scheduler_failure', '--variant', 'hang', '--no-load'];
  const { journal, log } = await runForJournal(place, args);
  expect(rootCauses(journal), log).toEqual([]);
  expect(journal.verdict).toBe('pass');
  expect(checkOf(journal, 'one_leader')?.summary).toContain('said that it does not lead, and made 0 jobs');
});

async function failsIn(weakness: string, variant: readonly string[], check: string): Promise<void> {
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
}

test('schedulers that do not look whether they still lead fail in the check one_leader and nowhere else', () =>
  failsIn('no_lease_check', ['--variant', 'hang'], 'one_leader'));

test.skipIf(IS_SHORT)(
  'schedulers that drop what was missed fail in the check schedules_caught_up and nowhere else',
  () => failsIn('no_catch_up', [], 'schedules_caught_up'),
);
