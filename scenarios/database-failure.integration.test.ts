import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { IS_SHORT } from '../harness/cli/testing/long-test.ts';
import { makeWorkplace, rootCauses, runForJournal, type Workplace } from '../harness/cli/testing/run-chaos.ts';
import type { Journal } from '../harness/core/journal.ts';

describe('database_failure on the real stack', () => {
  let place: Workplace;
  let journal: Journal;
  let exitCode: number | undefined;
  let log = '';

  beforeAll(async () => {
    place = makeWorkplace();
    ({ journal, exitCode, log } = await runForJournal(place, ['database_failure', '--seed', '7']));
  });
  afterAll(() => place.remove());

  test('passes every check', () => {
    const bad = journal.trials.flatMap(({ checks }) => checks).filter(({ verdict }) => verdict !== 'pass');
    expect(bad, log).toEqual([]);
    expect(journal.verdict).toBe('pass');
    expect(exitCode).toBe(0);
  });

  test('every moment of the failover was seen, in order', () => {
    const path = journal.trials[0]?.milestones.filter(({ isOnPath }) => isOnPath) ?? [];
    expect(path.map(({ sinceFaultSeconds }) => sinceFaultSeconds)).not.toContain(null);
    const [gone, promoted] = ['leader-key-gone', 'primary-promoted'].map((id) => path.find((one) => one.id === id));
    expect(gone?.sinceFaultSeconds?.low).toBeLessThanOrEqual(promoted?.sinceFaultSeconds?.high ?? 0);
  });

  test('both ledgers were read back, and there was something to lose', () => {
    const ledgers = journal.trials[0]?.ledgers ?? [];
    expect(ledgers.map(({ ledger }) => ledger).toSorted()).toEqual(['api writes', 'database writes']);
    for (const ledger of ledgers) expect(ledger).toMatchObject({ isRead: true, lost: 0 });
  });
});

describe('what database_failure must find', () => {
  let place: Workplace;
  beforeEach(() => {
    place = makeWorkplace();
  });
  afterEach(() => place.remove());

  async function failsIn(weakness: string, check: string): Promise<void> {
    const args = ['database_failure', '--no-load', '--set', `weakness=${weakness}`];
    const { journal, exitCode, log } = await runForJournal(place, args);
    expect(rootCauses(journal), log).toEqual([check]);
    expect(journal.verdict).toBe('fail');
    expect(exitCode).toBe(1);
  }

  test('a stack with the weakness failover_off fails in the check database_failover and nowhere else', () =>
    failsIn('failover_off', 'database_failover'));

  // The variant below loses writes in the same way, and counts them.
  test.skipIf(IS_SHORT)(
    'a stack with the weakness asynchronous_replication fails in the check acknowledged_writes and nowhere else',
    () => failsIn('asynchronous_replication', 'acknowledged_writes'),
  );

  test('what an asynchronous database loses is counted exactly', async () => {
    const args = ['database_failure', '--no-load', '--variant', 'asynchronous'];
    const { journal, log } = await runForJournal(place, args);
    const checks = new Map(journal.trials[0]?.checks.map((check) => [check.id, check]));
    expect(checks.get('loss_counted'), log).toMatchObject({ verdict: 'pass' });
    expect(journal.trials[0]?.ledgers.find(({ ledger }) => ledger === 'database writes')?.lost).toBeGreaterThan(0);
    expect(rootCauses(journal), log).toEqual([]);
  });

  test.skipIf(IS_SHORT)('a second fault within a loop keeps the cluster down, and the reason is named', async () => {
    const args = ['database_failure', '--no-load', '--variant', 'double_fault'];
    const { journal, exitCode, log } = await runForJournal(place, args);
    expect(rootCauses(journal), log).toEqual(['database_failover']);
    expect(journal.headline).toContain('the /sync key names no synchronous standby');
    expect(exitCode).toBe(1);
  });

  // Two expectations in one run, because each costs two minutes.
  test.skipIf(IS_SHORT)(
    'a primary that hung takes no write that the new one lacks, and a component that stays away is named',
    async () => {
      const args = ['database_failure', '--no-load', '--variant', 'hang', '--set', 'weakness=services_never_reconnect'];
      const { journal, log } = await runForJournal(place, args);
      const checks = new Map(journal.trials[0]?.checks.map((check) => [check.id, check]));
      expect(checks.get('no_split_brain'), log).toMatchObject({ verdict: 'pass' });
      expect(checks.get('services_reconnected')?.summary).toMatch(/^scheduler-1 not within/);
      expect(rootCauses(journal), log).toEqual(['services_reconnected']);
    },
  );
});
