import { describe, expect, test } from 'vitest';
import type { Check } from '../core/scenario.ts';
import { backupSound } from './backup-sound.ts';
import { configurationRestored } from './configuration-restored.ts';
import { jobsReconciled } from './jobs-reconciled.ts';
import { recoveryPoint } from './recovery-point.ts';
import { describeRecovery } from './recovery-journal.ts';
import { recoveryTime } from './recovery-time.ts';
import { afterRunbook, runbookSteps } from './runbook-steps.ts';
import { schedulesAlive } from './schedules-alive.ts';
import { recoveryHistory, type RecoveryStory } from './testing/build-recovery.ts';

interface Case {
  readonly check: Check;
  readonly passes?: readonly [because: string, story: Partial<RecoveryStory>, says: string][];
  readonly fails: readonly [because: string, story: Partial<RecoveryStory>, says: string, consequenceOf?: string][];
  readonly isUnknown: readonly [because: string, story: Partial<RecoveryStory>, consequenceOf?: string][];
}

const CORRUPT: Partial<RecoveryStory> = { unreadable: [5], restoredTo: 5, recoveredUntil: 18_000 };
const SILENT: Partial<RecoveryStory> = { newest: 3, claimed: 8, isHeld: false, restoredTo: 3, recoveredUntil: 11_000 };
const OMITTED: Partial<RecoveryStory> = { restoredTo: 5, recoveredUntil: 18_000 };
const NOT_RESTORED: Partial<RecoveryStory> = {
  failedStep: 'database',
  restoredTo: undefined,
  isLedgerRead: false,
  recoveredSnapshot: false,
};

const CASES: readonly Case[] = [
  {
    check: runbookSteps(),
    fails: [
      ['a step failed', { failedStep: 'deploy' }, 'Step 4 of 9, "step deploy", was not done: it was not done.'],
      [
        'a job of the dead site blocks it',
        { failedStep: 'jobs', deadJob: 'running' },
        'Step 7 of 9',
        'jobs_reconciled',
      ],
      ['the archive was damaged', { ...CORRUPT, failedStep: 'schedules' }, 'Step 8 of 9', 'backup_sound'],
      ['the restore stopped early', { ...OMITTED, failedStep: 'schedules' }, 'Step 8 of 9', 'recovery_point'],
    ],
    isUnknown: [
      ['no runbook was begun', { isFollowed: false }],
      ['the run ended in the middle of it', { lastStep: 'deploy' }],
    ],
  },
  {
    check: backupSound(),
    fails: [
      ['a segment is missing', { missing: [5] }, 'segment 000000010000000000000005 is missing'],
      ['a segment is damaged', CORRUPT, 'segment 000000010000000000000005 does not unpack'],
      ['archiving failed silently', SILENT, 'archived 000000010000000000000008, but the store holds nothing newer'],
      ['the archive had stopped', { isHeld: false }, 'Archiving had stopped before the fault: the configuration'],
    ],
    isUnknown: [
      ['nobody read the archive', { isArchiveRead: false }],
      ['there was no base backup', { backups: ['logical', 'configuration'] }],
      ['there was no backup at all', { backups: [] }],
    ],
  },
  {
    check: recoveryPoint(),
    passes: [
      ['nothing is lost', { recoveredUntil: 30_000, restoredTo: 9 }, 'All 210 acknowledged writes are there'],
      [
        'a restore to a named time is exact',
        { target: 20_050, recoveredUntil: 20_050 },
        'all 101 writes from before it are there, none of the 99 from after it',
      ],
    ],
    fails: [
      ['more is lost than the objective allows', { objectivePointSeconds: 2 }, 'over the objective of 2.00 s'],
      ['writes are lost, and none may be', { objectivePointSeconds: undefined }, 'allowed 0 writes'],
      ['archived log was left out', OMITTED, 'were left out'],
      ['a write in the middle is lost', { holes: [50] }, 'the restored database has a hole'],
      ['a write after the recovery is lost', { lostAfterwards: true }, 'acknowledged after the fault'],
      ['there are rows that nobody wrote', { unexpected: [5000] }, 'Rows that were never written: 5000'],
      [
        'a restore to a named time is too old',
        { target: 20_050, recoveredUntil: 19_000 },
        '10 writes from before it lost (92–101)',
      ],
      [
        'a restore to a named time is too new',
        { target: 20_050, recoveredUntil: 21_000 },
        'writes from after it there',
      ],
      ['the archive had stopped', { ...SILENT, objectivePointSeconds: 2 }, 'over the objective', 'backup_sound'],
      ['the archive was damaged', { ...CORRUPT, objectivePointSeconds: 2 }, 'over the objective', 'backup_sound'],
    ],
    isUnknown: [
      ['the ledger was never read', { isLedgerRead: false }],
      ['the database was never restored', NOT_RESTORED, 'runbook_steps'],
      ['the bounds straddle the objective', { objectivePointSeconds: 3.96 }],
      ['nothing was written before the named time', { target: 5000 }],
    ],
  },
  {
    check: configurationRestored(),
    passes: [['nothing newer is lost', { lateItem: false }, 'Nothing newer is lost.']],
    fails: [
      ['a connection is missing', { withoutItems: ['connection-2'] }, 'missing: connection "done"'],
      ['a source is not as before', { changedItems: ['source-1'] }, 'not as before: source "subject"'],
      ['the state of a connection that did not run has changed', { changedItems: ['connection-2'] }, 'state "done"'],
      ['a finished job is missing', { withoutJobs: ['1'] }, 'missing: job 1'],
      ['a finished job has another outcome', { finishedJob: 'failed' }, 'not as before: job 1'],
      ['the archive was damaged', { ...CORRUPT, withoutItems: ['connection-2'] }, 'missing', 'backup_sound'],
      ['the restore stopped early', { ...OMITTED, withoutItems: ['connection-2'] }, 'missing', 'recovery_point'],
    ],
    isUnknown: [
      ['nobody looked before', { archivedSnapshot: false }],
      ['nobody looked after', { recoveredSnapshot: false }],
      ['nobody could look after', NOT_RESTORED, 'runbook_steps'],
    ],
  },
  {
    check: jobsReconciled(),
    fails: [
      ['the job is still running', { deadJob: 'running' }, '1 job of the dead site is still open'],
      ['the job is gone, though the archive held it', { deadJob: 'absent' }, 'no longer knows job 2'],
      ['the archive was damaged', { ...CORRUPT, deadJob: 'absent' }, 'no longer knows', 'backup_sound'],
    ],
    isUnknown: [
      ['nobody looked afterwards', { recoveredSnapshot: false }],
      ['nobody could look afterwards', NOT_RESTORED, 'runbook_steps'],
      ['no job was open', { deadJob: 'never' }],
    ],
  },
  {
    check: schedulesAlive(),
    fails: [
      ['nothing was started', { newJob: 'none' }, 'Not started by their schedule since the fault: "subject"'],
      ['somebody started it by hand', { newJob: 'manual' }, 'Not started'],
      ['the runbook stopped before', { newJob: 'none', failedStep: 'jobs' }, 'Not started', 'runbook_steps'],
    ],
    isUnknown: [
      ['there was no schedule', { hasSchedule: false }],
      ['nobody looked afterwards', { recoveredSnapshot: false }],
    ],
  },
];

describe.each(CASES)('$check.id', ({ check, passes = [], fails, isUnknown }) => {
  test('passes on a good recovery', () => {
    expect(check.judge(recoveryHistory()).verdict).toBe('pass');
  });
  test.each(passes)('passes when %s', (_, story, says) => {
    const result = check.judge(recoveryHistory(story));
    expect(result.verdict, result.summary).toBe('pass');
    expect(result.summary).toContain(says);
  });
  test.each(fails)('fails when %s', (_, story, says, consequenceOf) => {
    const result = check.judge(recoveryHistory(story));
    expect(result.verdict, result.summary).toBe('fail');
    expect(result.summary).toContain(says);
    expect(result.consequenceOf).toBe(consequenceOf);
    expect(result.evidence.length).toBeGreaterThan(0);
  });
  test.each(isUnknown)('says unknown when %s', (_, story, consequenceOf) => {
    const result = check.judge(recoveryHistory(story));
    expect(result.verdict, result.summary).toBe('unknown');
    expect(result.consequenceOf).toBe(consequenceOf);
  });
});

test('what is newer than the archive and lost is said, and is no failure', () => {
  const { verdict, summary } = configurationRestored().judge(recoveryHistory());
  expect(verdict).toBe('pass');
  expect(summary).toContain('part of the recovery point: lost: source "late"');
});

test('a job that was lost with what was not archived has an outcome', () => {
  const events = recoveryHistory({ deadJob: 'absent', archivedSnapshot: false });
  // Without the earlier snapshot nothing shows that the archive held it; it was seen running until the fault.
  events.add({
    type: 'job',
    jobId: '2',
    connectionId: 'connection-1',
    status: 'running',
    trigger: 'schedule',
    attempts: [],
    previousStart: 20_000,
    start: 20_100,
    end: 20_110,
    i: 9999,
    t: 20_110,
    trial: 1,
  });
  const { verdict, summary } = jobsReconciled().judge(events);
  expect(summary).toContain('job 2 was lost with what was not archived');
  expect(verdict).toBe('pass');
});

test('a check that cannot pass because the runbook stopped follows from the runbook', () => {
  const check = afterRunbook(recoveryTime());
  expect(check.judge(recoveryHistory({ failedStep: 'deploy' })).consequenceOf).toBe('runbook_steps');
  expect(check.judge(recoveryHistory()).consequenceOf).toBeUndefined();
});

test('the recovery point has bounds: the last write that is there, and the first that is not', () => {
  const { recoveryPoint: point, runbook } = describeRecovery(recoveryHistory());
  // The write of 26.0 s is there, that of 26.1 s is not; the fault came in [30.000 s, 30.050 s].
  expect(point).toEqual({
    lostWrites: 39,
    acknowledgedWrites: 210,
    seconds: { low: 3.896, best: 3.996, high: 4.05 },
    walBytes: 2 * 4 * 1024 * 1024,
    isNamedTime: false,
  });
  expect(runbook?.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 9 }, () => 'done'));
});

test('steps that were not come to are told from those that failed', () => {
  const { runbook } = describeRecovery(recoveryHistory({ failedStep: 'temporal' }));
  expect(runbook?.map(({ outcome }) => outcome).slice(0, 4)).toEqual(['done', 'done', 'failed', 'not-reached']);
});
