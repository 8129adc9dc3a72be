import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  makeWorkplace,
  rootCauses,
  runForJournal,
  startChaos,
  type Workplace,
} from '../harness/cli/testing/run-chaos.ts';
import type { CheckResult } from '../harness/core/journal.ts';

const SMALL = ['--set', 'records=10000'];
const QUIET = [...SMALL, '--no-load'];
/** Longer than the five tries of a stack that gives an alert up, which take 15 s. */
const AWAY = ['--set', 'awaySeconds=20'];

/** A stack that is up for all tests of a group: each run must leave it as the next one needs it. */
function sharedStack(...settings: readonly string[]): () => Workplace {
  let place: Workplace | undefined;
  beforeAll(async () => {
    place = makeWorkplace();
    const up = await startChaos(place, ['up', ...settings]);
    expect(up.exitCode, up.stderr).toBe(0);
  });
  afterAll(async () => {
    if (place === undefined) return;
    await startChaos(place, ['down']);
    place.remove();
  });
  return () => place ?? expect.unreachable('the stack is not up');
}

describe('failures beside the sync, one after the other on one stack', () => {
  const place = sharedStack();

  test.each([
    ['server_failure', ['--variant', 'deploy', ...SMALL]],
    ['server_failure', ['--variant', 'all', ...QUIET]],
    ['temporal_failure', QUIET],
    ['object_store_failure', [...QUIET, '--set', 'awaySeconds=0']],
    ['alerting_failure', [...QUIET, ...AWAY]],
  ])('%s %j passes every check', async (scenario, options) => {
    const { journal, exitCode, log } = await runForJournal(place(), [scenario, ...options]);
    const checks: CheckResult[] = journal.trials.flatMap((trial) => trial.checks);
    expect(
      checks.filter(({ verdict }) => verdict !== 'pass'),
      log,
    ).toEqual([]);
    expect(journal.verdict).toBe('pass');
    expect(exitCode).toBe(0);
  });
});

describe('a stack that neither drains, nor keeps logs, nor repeats alerts', () => {
  const place = sharedStack('--set', 'weakness=no_drain,log_not_kept,alert_given_up');

  test.each([
    ['requests_lost', 'server_failure', ['--variant', 'deploy', ...SMALL]],
    ['attempt_logs', 'object_store_failure', [...QUIET, '--set', 'awaySeconds=0']],
    ['alert_delivery', 'alerting_failure', [...QUIET, ...AWAY]],
  ])('fails in the check %s', async (check, scenario, options) => {
    const { journal, exitCode, log } = await runForJournal(place(), [scenario, ...options]);
    expect(rootCauses(journal), log).toContain(check);
    expect(journal.verdict).toBe('fail');
    expect(exitCode).toBe(1);
  });
});
