/** Built histories of a scheduler that dies with schedules due, and what can be changed in them. Times in milliseconds. */
import type { BodyOf, EventBody, RunEvent } from '../../core/events.ts';
import { History } from '../../core/history.ts';

/** The database's clock at the start of the run: the beginning of a minute, so that `0/5 * * * * ?` fires at 0, 5000, … */
const EPOCH = 1_800_000_000_000;

export interface StoryJob {
  readonly of: 'minutely' | 'slow' | 'short';
  /** When the job was there: a look 200 ms earlier did not show it. */
  readonly at: number;
  readonly by?: string | undefined;
  /** How long it ran; undefined for one that never ended. */
  readonly ranFor?: number | undefined;
  readonly trigger?: BodyOf<'job'>['trigger'];
  /** How it ended; `gone` for one that the API then no longer knew. */
  readonly end?: BodyOf<'job'>['status'] | 'gone';
  readonly dueAt?: number;
}

export interface StoryLook {
  readonly at: number;
  readonly holder: string;
  readonly term: string;
}

export interface StoryClaim {
  readonly at: number;
  readonly instance: string;
  readonly claims: boolean;
  /** Start of the look before. */
  readonly previousStart?: number;
}

export type StoryTerm = BodyOf<'lease.history'>['terms'][number];

/** The moments of the good run; a test changes one of them. */
export interface ScheduleStory {
  readonly fault: 'kill-instance' | 'freeze-instance';
  readonly faultAt: number;
  readonly objectiveSeconds: number;
  readonly continuedAt: number | undefined;
  /** When the process of the old leader was seen to have ended after all. */
  readonly replacedAt: number | undefined;
  readonly jobs: readonly StoryJob[];
  readonly lease: readonly StoryLook[];
  readonly claims: readonly StoryClaim[];
  readonly terms: readonly StoryTerm[] | undefined;
  readonly isClockRead: boolean;
  /** Where the looks at the jobs end; undefined when no last look was made. */
  readonly watchedUntil: number | undefined;
}

/** Jobs of a scheduler that dispatches what is due half a second later, but for the time from 58 to 67.5 s. */
const JOBS: readonly StoryJob[] = [
  { of: 'minutely', at: 1500 },
  { of: 'slow', at: 3500 },
  ...[5, 10, 15, 20].map((second): StoryJob => ({ of: 'short', at: second * 1000 + 500 })),
  { of: 'slow', at: 23_500 },
  ...[25, 30, 35, 40].map((second): StoryJob => ({ of: 'short', at: second * 1000 + 500 })),
  { of: 'slow', at: 43_500 },
  ...[45, 50, 55].map((second): StoryJob => ({ of: 'short', at: second * 1000 + 500 })),
  { of: 'minutely', at: 67_900, by: 'scheduler-1' },
  { of: 'slow', at: 67_900, by: 'scheduler-1' },
  { of: 'short', at: 67_900, by: 'scheduler-1' },
  ...[70, 75, 80].map((second): StoryJob => ({ of: 'short', at: second * 1000 + 500, by: 'scheduler-1' })),
  { of: 'slow', at: 83_500, by: 'scheduler-1' },
  ...[85, 90].map((second): StoryJob => ({ of: 'short', at: second * 1000 + 500, by: 'scheduler-1' })),
];

function everySecond(instance: string, claims: boolean, from: number, to: number): StoryClaim[] {
  return Array.from({ length: Math.floor((to - from) / 1000) + 1 }, (_, n) => ({
    instance,
    claims,
    at: from + n * 1000,
  }));
}

export const GOOD_HANDOVER: ScheduleStory = {
  fault: 'kill-instance',
  faultAt: 58_000,
  objectiveSeconds: 300,
  continuedAt: undefined,
  replacedAt: undefined,
  jobs: JOBS,
  lease: [
    { at: 500, holder: 'scheduler-0', term: '1' },
    { at: 66_500, holder: 'nobody', term: '1' },
    { at: 67_500, holder: 'scheduler-1', term: '2' },
  ],
  claims: [
    ...everySecond('scheduler-0', true, 500, 57_500),
    ...everySecond('scheduler-1', false, 520, 66_520),
    ...everySecond('scheduler-1', true, 67_520, 94_520),
    { at: 60_000, instance: 'scheduler-0', claims: false, previousStart: 57_900 },
    ...everySecond('scheduler-0', false, 61_000, 94_000),
  ],
  terms: [term('1', 'scheduler-0', 100, 67_450, 'expired'), term('2', 'scheduler-1', 67_450, undefined, undefined)],
  isClockRead: true,
  watchedUntil: 93_000,
};

/** The same with a leader that is frozen instead, and goes on at 72 s. */
export const GOOD_HANG: ScheduleStory = {
  ...GOOD_HANDOVER,
  fault: 'freeze-instance',
  continuedAt: 72_000,
  claims: [
    ...GOOD_HANDOVER.claims.filter(({ instance, at }) => instance === 'scheduler-1' || at < 58_000),
    { at: 72_100, instance: 'scheduler-0', claims: false, previousStart: 57_900 },
    ...everySecond('scheduler-0', false, 73_100, 94_100),
  ],
};

/** A term of the lease history, its times given in milliseconds of the run. */
export function term(
  number: string,
  holder: string,
  from: number,
  to: number | undefined,
  reason: string | undefined,
): StoryTerm {
  const releasedEpochMs = to === undefined ? null : EPOCH + to;
  return { term: number, holder, acquiredEpochMs: EPOCH + from, releasedEpochMs, reason: reason ?? null };
}

export function handover(changes: Partial<ScheduleStory> = {}, base: ScheduleStory = GOOD_HANDOVER): History {
  const story = { ...base, ...changes };
  const timed: [number, EventBody][] = [
    ...opening(story),
    ...story.jobs.flatMap(tellJob),
    ...story.lease.map(({ at, holder, term: number }): [number, EventBody] => [
      at,
      { type: 'leader', component: 'scheduler', holder, term: number, ...look(at, 100) },
    ]),
    ...story.claims.map(({ at, instance, claims, previousStart }): [number, EventBody] => [
      at,
      {
        type: 'leader.claim',
        component: 'scheduler',
        instance,
        claims,
        ...look(at, 100),
        ...(previousStart === undefined ? {} : { previousStart }),
      },
    ]),
    ...closing(story),
  ];
  const events = timed
    .toSorted(([a], [b]) => a - b)
    .map(([t, body], i): RunEvent => ({ i, t, trial: body.type === 'run.started' ? 0 : 1, ...body }));
  return new History(1, events);
}

function look(at: number, everyMs: number): { previousStart: number; start: number; end: number } {
  return { previousStart: at - everyMs, start: at - 5, end: at };
}

function tellJob({
  of,
  at,
  by = 'scheduler-0',
  ranFor = 1500,
  trigger = 'schedule',
  dueAt,
  end = 'succeeded',
}: StoryJob): [number, EventBody][] {
  const body: Omit<BodyOf<'job'>, 'status' | 'previousStart' | 'start' | 'end'> = {
    type: 'job',
    jobId: `${of}-${at}`,
    connectionId: of,
    trigger,
    attempts: [],
    ...(by === '' ? {} : { createdBy: by }),
    ...(dueAt === undefined ? {} : { dueAtEpochSeconds: (EPOCH + dueAt) / 1000 }),
  };
  return [
    [at, { ...body, status: 'running', ...look(at, 200) }],
    [
      at + ranFor,
      end === 'gone'
        ? { ...body, status: 'running', isGone: true, ...look(at + ranFor, 200) }
        : { ...body, status: end, ...look(at + ranFor, 200) },
    ],
  ];
}

function opening({ fault, faultAt, objectiveSeconds, isClockRead }: ScheduleStory): [number, EventBody][] {
  const rules = {
    minutely: { kind: 'interval', everyMs: 60_000 },
    slow: { kind: 'cron', expression: '3/20 * * * * ?', timeZone: 'UTC' },
    short: { kind: 'cron', expression: '0/5 * * * * ?', timeZone: 'UTC' },
  } as const;
  const targets = [{ component: 'scheduler', instance: 'scheduler-0', pid: 100, why: 'it holds the lease' }];
  const kind = fault === 'kill-instance' ? 'process-gone' : 'processes-frozen';
  return [
    [0, started(objectiveSeconds)],
    ...(isClockRead ? [clockRead(900), clockRead(93_500)] : []),
    ...Object.entries(rules).flatMap(([connectionId, rule]): [number, EventBody][] => [
      [1010, { type: 'connection', connectionId, name: connectionId, role: 'background', schedule: 'x' }],
      [1010, { type: 'schedule.set', connectionId, rule, start: 1000, end: 1010 }],
    ]),
    [faultAt + 1, { type: 'fault.injected', fault, targets, start: faultAt, end: faultAt + 1 }],
    [faultAt + 20, { type: 'fault.evidence', fault, kind, holds: true, text: 'x', start: faultAt, end: faultAt + 20 }],
  ];
}

function clockRead(at: number): [number, EventBody] {
  return [at, { type: 'clock.read', epochMs: EPOCH + at - 1, start: at - 2, end: at }];
}

function closing({ fault, continuedAt, replacedAt, terms, watchedUntil }: ScheduleStory): [number, EventBody][] {
  const list: [number, EventBody][] = [[95_000, { type: 'step', text: 'the end' }]];
  if (continuedAt !== undefined) list.push([continuedAt, { type: 'fault.undone', fault, succeeded: true, text: 'x' }]);
  if (replacedAt !== undefined) {
    const body = {
      component: 'scheduler',
      instance: 'scheduler-0',
      state: 'exited',
      ready: false,
      restarts: 0,
    } as const;
    list.push([replacedAt, { type: 'component', ...body }]);
  }
  if (watchedUntil !== undefined) {
    for (const connectionId of ['minutely', 'slow', 'short']) {
      const end = watchedUntil + 10;
      list.push([end, { type: 'schedule.watched', connectionId, start: watchedUntil, end }]);
    }
  }
  if (terms !== undefined) {
    list.push([
      94_500,
      { type: 'lease.history', component: 'scheduler', terms: [...terms], start: 94_490, end: 94_500 },
    ]);
  }
  return list;
}

function started(recoverySeconds: number): EventBody {
  return {
    type: 'run.started',
    schemaVersion: 1,
    runId: 'test',
    wallStart: '2026-01-01T00:00:00.000Z',
    scenario: { id: 'scheduler_failure', title: 't', proves: 'p' },
    objective: { id: 'scheduler_failure', recoverySeconds, lostWrites: 0, source: 'test' },
    retryPolicy: { kind: 'exponential', attempts: 3, initialSeconds: 5, factor: 2, maxSeconds: 60 },
    seed: 1,
    trials: 1,
    command: 'c',
    recoveryEnds: { milestone: 'schedule-dispatched', because: 'b' },
    milestones: {
      path: ['injected', 'took-effect', 'lease-over', 'leader-elected', 'schedule-dispatched'],
      beside: ['schedules-caught-up', 'old-leader-stood-down'],
    },
    parameters: {},
    environment: {},
  };
}
