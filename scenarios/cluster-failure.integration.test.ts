import { readDrills } from '../harness/cli/audit/read-drills.ts';
import { IS_SHORT } from '../harness/cli/testing/long-test.ts';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  makeWorkplace,
  rootCauses,
  runForJournal,
  shortObjectives,
  startChaos,
  type Workplace,
} from '../harness/cli/testing/run-chaos.ts';
import type { CheckResult, Journal } from '../harness/core/journal.ts';
import { readRecord } from '../harness/store/record-reader.ts';

let place: Workplace;
beforeEach(() => {
  place = makeWorkplace();
});
afterEach(() => place.remove());

/** With a recovery point that a busy machine keeps, and little time to wait for what never recovers. */
async function rehearse(...args: readonly string[]): ReturnType<typeof runForJournal> {
  const objectives = shortObjectives(place, '4m', 'cluster_failure', '1m');
  return runForJournal(place, ['cluster_failure', '--no-load', '--objectives', objectives, ...args]);
}

function check(journal: Journal, id: string): CheckResult | undefined {
  return journal.trials[0]?.checks.find((one) => one.id === id);
}

test('a cluster that is lost with all of its data is recovered from its backups, and every check passes', async () => {
  const { journal, exitCode, log } = await rehearse('--set', 'archiveWithinSeconds=30');
  const [trial] = journal.trials;
  expect(rootCauses(journal), log).toEqual([]);
  expect(journal.verdict).toBe('pass');
  expect(exitCode).toBe(0);
  expect(trial?.runbook?.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 9 }, () => 'done'));
  // The last writes before the fault were never archived: they are lost, counted, and the report says so.
  expect(trial?.recoveryPoint?.lostWrites).toBe(trial?.ledgers[0]?.lost);
  expect(trial?.recoveryPoint?.walBytes).not.toBeNull();
  expect((await startChaos(place, ['status'])).stdout).toBe('No stack is up.');
  // What an audit of this platform goes by when it asks for the last restore that was rehearsed.
  expect(readDrills(place.reports)).toMatchObject([{ runId: journal.runId, verdict: 'pass', platform: 'local' }]);
});

test.skipIf(IS_SHORT).each([
  ['wal_archiving_fails_silently', 'backup_sound'],
  ['restore_omits_last_wal', 'recovery_point'],
  ['jobs_left_running_after_restore', 'jobs_reconciled'],
])('a stack with the weakness %s fails in the check %s and nowhere else', async (weakness, found) => {
  const { journal, exitCode, log } = await rehearse('--set', `weakness=${weakness}`);
  expect(rootCauses(journal), log).toEqual([found]);
  expect(check(journal, found)?.verdict).toBe('fail');
  expect(exitCode).toBe(1);
});

test('a segment of the archive that is corrupt is found, and named', async () => {
  const { journal, exitCode, log } = await rehearse('--variant', 'corrupt_wal');
  const { events } = readRecord(join(place.reports, journal.runId));
  const damaged = events.find((event) => event.type === 'archive.damaged');
  if (damaged?.type !== 'archive.damaged') throw new Error(`nothing was damaged: ${log}`);
  expect(rootCauses(journal), log).toEqual(['backup_sound']);
  expect(check(journal, 'backup_sound')?.summary).toContain(`segment ${damaged.segment}`);
  expect(exitCode).toBe(1);
});
