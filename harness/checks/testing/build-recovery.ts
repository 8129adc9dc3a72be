/** A built history of `cluster_failure` for tests of checks: a good recovery from backups, and what can be changed in it. Times in milliseconds. */
import type { BodyOf, EventBody, RunEvent } from '../../core/events.ts';
import { History } from '../../core/history.ts';
import { segmentAt } from '../../core/wal.ts';

const SEGMENT_BYTES = 4 * 1024 * 1024;
const SUBJECT = 'connection-1';
const DONE = 'connection-2';
const LEDGER = 'database writes';
export const FAULT_AT = 30_000;
/** One write each 100 ms from here to the fault. */
const WRITES_FROM = 10_000;
const WRITE_EVERY = 100;

const segment = (n: number): string => segmentAt(1, n * SEGMENT_BYTES, SEGMENT_BYTES).name;
/** A position in the middle of the n-th segment. */
const lsn = (n: number): string => `0/${(n * SEGMENT_BYTES + 0x1000).toString(16).toUpperCase()}`;

type Item = BodyOf<'snapshot'>['items'][number];
type Job = BodyOf<'snapshot'>['jobs'][number];

/** The moments and numbers of the good run; a test changes one of them. Segments are numbered. */
export interface RecoveryStory {
  readonly backups: readonly BodyOf<'backup'>['kind'][];
  /** The newest segment in the store at the fault, and the one that the database claims. */
  readonly newest: number;
  readonly claimed: number;
  readonly isHeld: boolean;
  readonly isArchiveRead: boolean;
  readonly missing: readonly number[];
  readonly unreadable: readonly number[];
  /** Undefined when the database was never restored. */
  readonly restoredTo: number | undefined;
  /** Writes acknowledged up to this time are there again. */
  readonly recoveredUntil: number;
  readonly lostAfterwards: boolean;
  /** Numbers of writes that are gone although later ones are there. */
  readonly holes: readonly number[];
  readonly unexpected: readonly number[];
  readonly isLedgerRead: boolean;
  readonly objectivePointSeconds: number | undefined;
  /** The named time of a restore to a point in time. */
  readonly target: number | undefined;
  /** The step that failed, and whether the runbook was begun at all. */
  readonly failedStep: string | undefined;
  readonly lastStep: string;
  readonly isFollowed: boolean;
  readonly archivedSnapshot: boolean;
  readonly recoveredSnapshot: boolean;
  /** What is different after the recovery. */
  readonly withoutItems: readonly string[];
  readonly changedItems: readonly string[];
  readonly withoutJobs: readonly string[];
  readonly deadJob: Job['status'] | 'absent' | 'never';
  readonly finishedJob: Job['status'];
  readonly newJob: 'scheduled' | 'manual' | 'none';
  readonly hasSchedule: boolean;
  /** A source that was made after the archive was seen to hold everything. */
  readonly lateItem: boolean;
}

export const RECOVERED: RecoveryStory = {
  backups: ['base', 'logical', 'configuration'],
  newest: 8,
  claimed: 8,
  isHeld: true,
  isArchiveRead: true,
  missing: [],
  unreadable: [],
  restoredTo: 8,
  recoveredUntil: 26_000,
  lostAfterwards: false,
  holes: [],
  unexpected: [],
  isLedgerRead: true,
  objectivePointSeconds: 15,
  target: undefined,
  failedStep: undefined,
  lastStep: 'sync',
  isFollowed: true,
  archivedSnapshot: true,
  recoveredSnapshot: true,
  withoutItems: [],
  changedItems: [],
  withoutJobs: [],
  deadJob: 'failed',
  finishedJob: 'succeeded',
  newJob: 'scheduled',
  hasSchedule: true,
  lateItem: true,
};

export const STEPS = [
  'new-site',
  'database',
  'temporal',
  'deploy',
  'secrets',
  'endpoints',
  'jobs',
  'schedules',
  'sync',
];

/** The events of a story, in order of time. */
export function tellRecovery(changes: Partial<RecoveryStory> = {}): RunEvent[] {
  const story = { ...RECOVERED, ...changes };
  const timed = [...opening(story), ...writes(story), ...archive(story), ...snapshots(story), ...runbook(story)];
  return timed
    .toSorted(([a], [b]) => a - b)
    .map(([t, body], i) => ({ i, t, trial: body.type === 'run.started' ? 0 : 1, ...body }));
}

export function recoveryHistory(changes: Partial<RecoveryStory> = {}): History {
  return new History(1, tellRecovery(changes));
}

type Timed = [number, EventBody];

const at = (t: number): { start: number; end: number } => ({ start: t - 5, end: t });

function opening({ objectivePointSeconds }: RecoveryStory): Timed[] {
  return [
    [
      0,
      {
        type: 'run.started',
        schemaVersion: 1,
        runId: 'test',
        wallStart: '2026-01-01T00:00:00.000Z',
        scenario: { id: 'cluster_failure', title: 't', proves: 'p' },
        objective: {
          id: 'cluster_failure',
          recoverySeconds: 3600,
          lostWrites: 0,
          ...(objectivePointSeconds === undefined ? {} : { recoveryPointSeconds: objectivePointSeconds }),
          source: 'test',
        },
        retryPolicy: { kind: 'exponential', attempts: 3, initialSeconds: 5, factor: 2, maxSeconds: 60 },
        seed: 1,
        trials: 1,
        command: 'c',
        recoveryEnds: { milestone: 'first-sync-succeeded', because: 'b' },
        milestones: { path: ['injected', 'database-restored', 'first-sync-succeeded'], beside: ['schedules-alive'] },
        parameters: {},
        environment: {},
      },
    ],
    [200, { type: 'connection', connectionId: SUBJECT, name: 'subject', role: 'subject', schedule: 'every 1 min' }],
    [210, { type: 'source.rows', connectionId: SUBJECT, rows: [[1, 1000]], ...at(210) }],
    [
      FAULT_AT + 50,
      { type: 'fault.injected', fault: 'destroy-site', targets: [], start: FAULT_AT, end: FAULT_AT + 50 },
    ],
    [
      FAULT_AT + 60,
      {
        type: 'fault.evidence',
        fault: 'destroy-site',
        kind: 'process-gone',
        holds: true,
        text: 'gone',
        start: FAULT_AT,
        end: FAULT_AT + 60,
      },
    ],
  ];
}

function writes(story: RecoveryStory): Timed[] {
  const list: Timed[] = [];
  const numbers: number[] = [];
  const write = (seq: number, t: number): void => {
    list.push([
      t + 4,
      {
        type: 'sample',
        probe: LEDGER,
        intended: t,
        start: t,
        end: t + 4,
        ok: true,
        write: { seq, outcome: 'acknowledged' },
      },
    ]);
  };
  let seq = 1;
  for (let t = WRITES_FROM; t < FAULT_AT; t += WRITE_EVERY, seq += 1) {
    write(seq, t);
    if (t <= story.recoveredUntil && !story.holes.includes(seq)) numbers.push(seq);
  }
  for (let t = 80_000; t < 81_000; t += WRITE_EVERY, seq += 1) {
    write(seq, t);
    if (!story.lostAfterwards) numbers.push(seq);
  }
  numbers.push(...story.unexpected);
  list.push([90_000, { type: 'ledger.frozen', ledger: LEDGER, acknowledged: seq - 1, failed: 0, indeterminate: 0 }]);
  const present = numbers.map((number): [number, number] => [number, number]);
  if (story.isLedgerRead)
    list.push([90_100, { type: 'ledger.read', ledger: LEDGER, present, repeated: [], ...at(90_100) }]);
  return list;
}

function archive(story: RecoveryStory): Timed[] {
  const { newest, claimed, isHeld, missing, unreadable, restoredTo, target } = story;
  const list: Timed[] = story.backups.map((kind, n) => [
    5000 + n,
    {
      type: 'backup',
      kind,
      backupId: `${kind}-1`,
      ...(kind === 'base' ? { firstSegment: segment(3), lastSegment: segment(3) } : {}),
      ...at(5000 + n),
    },
  ]);
  const view = { failures: 0, segmentBytes: SEGMENT_BYTES, lsn: lsn(10), lagBytes: 5000, previousStart: 28_000 };
  list.push([29_000, { type: 'archive', newest: segment(newest), claimed: segment(claimed), ...view, ...at(29_000) }]);
  const awaited = { what: 'the configuration', lsn: lsn(6), isHeld, timeoutMs: 20_000 };
  list.push([25_000, { type: 'archive.awaited', ...awaited, ...at(25_000) }]);
  if (target !== undefined)
    list.push([target, { type: 'recovery.target', wall: 'a named time', start: target, end: target }]);
  if (restoredTo !== undefined)
    list.push([
      40_000,
      {
        type: 'database.restored',
        backupId: 'base-1',
        timeline: 2,
        lsn: lsn(restoredTo),
        segmentsReplayed: restoredTo - 3,
        problems: [],
        ...at(40_000),
      },
    ]);
  if (story.isArchiveRead)
    list.push([
      91_000,
      {
        type: 'archive.read',
        from: segment(3),
        to: segment(newest),
        segments: newest - 2,
        bytes: 1000,
        missing: missing.map(segment),
        unreadable: unreadable.map((n) => ({ segment: segment(n), problem: 'does not unpack' })),
        ...at(91_000),
      },
    ]);
  return list;
}

function snapshots(story: RecoveryStory): Timed[] {
  const schedule = story.hasSchedule ? ('basic' as const) : ('manual' as const);
  const items: Item[] = [
    { kind: 'connection', id: SUBJECT, name: 'subject', digest: 'a', schedule },
    { kind: 'connection', id: DONE, name: 'done', digest: 'b', schedule: 'manual' },
    { kind: 'source', id: 'source-1', name: 'subject', digest: 'c' },
    { kind: 'state', id: SUBJECT, name: 'subject', digest: 'd' },
    { kind: 'state', id: DONE, name: 'done', digest: 'e' },
  ];
  const late: Item = { kind: 'source', id: 'source-9', name: 'late', digest: 'f' };
  const job = (jobId: string, connectionId: string, status: Job['status'], trigger: Job['trigger']): Job => ({
    jobId,
    connectionId,
    status,
    trigger,
    attempts: 1,
    createdAtEpochSeconds: 1000 + Number(jobId),
  });
  const finished = job('1', DONE, 'succeeded', 'manual');
  const dead = story.deadJob === 'never' ? [] : [job('2', SUBJECT, 'running', 'schedule')];
  const isKept = ({ id }: Item): boolean => !story.withoutItems.includes(id);
  const now = items
    .filter(isKept)
    // The subject has run again, so its state has moved on.
    .map((item) => (item.kind === 'state' && item.id === SUBJECT ? { ...item, digest: 'moved' } : item))
    .map((item) => (story.changedItems.includes(item.id) ? { ...item, digest: 'changed' } : item));
  const jobsNow = [
    { ...finished, status: story.finishedJob },
    ...dead.flatMap((one) =>
      story.deadJob === 'absent' || story.deadJob === 'never' ? [] : { ...one, status: story.deadJob },
    ),
    ...(story.newJob === 'none'
      ? []
      : [job('40', SUBJECT, 'succeeded', story.newJob === 'scheduled' ? 'schedule' : 'manual')]),
  ].filter(({ jobId }) => !story.withoutJobs.includes(jobId));
  const before: Timed[] = story.archivedSnapshot
    ? [
        [20_000, { type: 'snapshot', moment: 'archived', items, jobs: [finished, ...dead], ...at(20_000) }],
        [
          29_500,
          {
            type: 'snapshot',
            moment: 'last',
            items: story.lateItem ? [...items, late] : items,
            jobs: [finished, ...dead],
            ...at(29_500),
          },
        ],
      ]
    : [];
  const after: Timed[] = story.recoveredSnapshot
    ? [[85_000, { type: 'snapshot', moment: 'recovered', items: now, jobs: jobsNow, ...at(85_000) }]]
    : [];
  return [...before, ...after];
}

function runbook({ isFollowed, failedStep, lastStep }: RecoveryStory): Timed[] {
  if (!isFollowed) return [];
  const steps = STEPS.map((id) => ({ id, title: `step ${id}` }));
  const list: Timed[] = [
    [FAULT_AT + 100, { type: 'runbook.started', runbook: 'cluster_recovery', title: 'recovery', steps }],
  ];
  for (const [n, { id, title }] of steps.entries()) {
    const t = FAULT_AT + 1000 + n * 5000;
    const ok = id !== failedStep;
    const details = ok ? 'as it should be' : 'it was not done';
    list.push([
      t + 4000,
      { type: 'runbook.step', runbook: 'cluster_recovery', step: id, title, ok, details, start: t, end: t + 4000 },
    ]);
    if (!ok || id === lastStep) break;
  }
  return list;
}
