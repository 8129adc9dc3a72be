/** Built histories for tests of checks: a good run of `worker_failure`, and what can be changed in it. Times in milliseconds. */
import type { BodyOf, EventBody, RunEvent } from '../../core/events.ts';
import { History } from '../../core/history.ts';
import { countIn } from '../../core/sequence.ts';

export const CONNECTION = 'connection-1';
const ENOUGH = 20;

/** The moments and numbers of the good run; a test changes one of them. */
export interface Story {
  /** The signal was sent in [faultAt, faultAt + 1]. */
  readonly faultAt: number;
  readonly objectiveSeconds: number;
  /** When the first attempt was seen to be over, and the next to be there. */
  readonly detectedAt: number | undefined;
  readonly retriedAt: number | undefined;
  /** When records arrived that had not arrived before. */
  readonly resumedAt: number | undefined;
  readonly finishedAt: number | undefined;
  readonly finalStatus: BodyOf<'job'>['status'];
  /** When the API was seen no longer to know the interrupted job. */
  readonly goneAt: number | undefined;
  readonly restartedAt: number | undefined;
  readonly evidenceHolds: boolean;
  readonly records: number;
  readonly missing: readonly [number, number][];
  readonly deliveredTwice: number;
  readonly nextRun: 'scheduled' | 'manual' | 'failed' | 'never';
  readonly alerts: number;
  readonly badHealthFrom: number | undefined;
  readonly badHealthFor: number;
  readonly lostWrites: readonly number[];
  readonly isLedgerRead: boolean;
  readonly isDestinationRead: boolean;
  readonly leftOvers: readonly string[] | undefined;
  readonly steady: boolean;
  readonly endMs: number;
}

export const GOOD: Story = {
  faultAt: 20_000,
  objectiveSeconds: 300,
  detectedAt: 30_000,
  retriedAt: 35_200,
  resumedAt: 37_000,
  finishedAt: 45_000,
  finalStatus: 'succeeded',
  goneAt: undefined,
  restartedAt: 22_000,
  evidenceHolds: true,
  records: 1000,
  missing: [],
  deliveredTwice: 50,
  nextRun: 'scheduled',
  alerts: 1,
  badHealthFrom: undefined,
  badHealthFor: 0,
  lostWrites: [],
  isLedgerRead: true,
  isDestinationRead: true,
  leftOvers: [],
  steady: true,
  endMs: 70_000,
};

/** The events of a story, in order of time. */
export function tell(changes: Partial<Story> = {}): RunEvent[] {
  const story = { ...GOOD, ...changes };
  const timed: [number, EventBody][] = [
    ...opening(story),
    ...jobEvents(story),
    ...deliveries(story),
    ...samples(story),
    ...aftermath(story),
  ];
  const made = timed.filter(([, { type }]) => type === 'sample').length;
  return timed
    .toSorted(([a], [b]) => a - b)
    .map(([t, body], i) => ({
      i,
      t,
      trial: body.type.startsWith('run.') || body.type === 'platform.ready' ? 0 : 1,
      ...(body.type === 'prober' ? { ...body, samples: made } : body),
    }));
}

export function historyOf(changes: Partial<Story> = {}): History {
  return new History(1, tell(changes));
}

function opening(story: Story): [number, EventBody][] {
  const wait = {
    type: 'wait',
    name: 'all instances are ready',
    satisfied: story.steady,
    afterMs: 10,
    timeoutMs: 1000,
    lastState: story.steady ? 'true' : 'missing: worker 2/3',
  } as const;
  const list: [number, EventBody][] = [
    [
      0,
      {
        type: 'run.started',
        schemaVersion: 1,
        runId: 'test',
        wallStart: '2026-01-01T00:00:00.000Z',
        scenario: { id: 'worker_failure', title: 't', proves: 'p' },
        objective: {
          id: 'worker_failure',
          recoverySeconds: story.objectiveSeconds,
          expectedSeconds: 60,
          lostWrites: 0,
          source: 'test',
        },
        retryPolicy: { kind: 'exponential', attempts: 3, initialSeconds: 5, factor: 2, maxSeconds: 60 },
        seed: 1,
        trials: 1,
        command: 'c',
        recoveryEnds: { milestone: 'new-records-committed', because: 'b' },
        milestones: {
          path: ['injected', 'took-effect', 'detected', 'next-attempt-started', 'new-records-committed'],
          beside: ['instance-restarted', 'full-capacity', 'job-finished', 'next-run-finished'],
        },
        parameters: {},
        environment: {},
      },
    ],
    [1, { type: 'platform.ready', platform: 'local', profile: 'reference', details: {}, expected: { worker: 2 } }],
    [2, component('worker-0', 100, true)],
    [2, component('worker-1', 101, true)],
    [100, wait],
    [200, { type: 'connection', connectionId: CONNECTION, name: 'subject', role: 'subject', schedule: 'every 1 min' }],
    [210, { type: 'source.rows', connectionId: CONNECTION, rows: [[1, story.records]], start: 205, end: 210 }],
  ];
  if (!story.steady) return list;
  const target = { component: 'worker', instance: 'worker-1', pid: 101, why: 'it runs the sync' };
  const { faultAt } = story;
  list.push(
    [faultAt + 1, { type: 'fault.injected', fault: 'kill', targets: [target], start: faultAt, end: faultAt + 1 }],
    [
      faultAt + 20,
      {
        type: 'fault.evidence',
        fault: 'kill',
        kind: 'process-gone',
        holds: story.evidenceHolds,
        text: 'gone',
        start: faultAt,
        end: faultAt + 20,
      },
    ],
    [faultAt + 21, component('worker-1', undefined, false)],
  );
  if (story.restartedAt !== undefined) list.push([story.restartedAt, component('worker-1', 202, true)]);
  return list;
}

function component(instance: string, pid: number | undefined, ready: boolean): EventBody {
  return {
    type: 'component',
    component: 'worker',
    instance,
    state: ready ? 'running' : 'exited',
    ready,
    restarts: 0,
    ...(pid === undefined ? {} : { pid }),
  };
}

function jobEvents(story: Story): [number, EventBody][] {
  const first = { number: 0, status: 'running', recordsCommitted: 400 } as const;
  const failed = { ...first, status: 'failed', failure: 'heartbeat' } as const;
  const look = (
    t: number,
    status: BodyOf<'job'>['status'],
    attempts: BodyOf<'job'>['attempts'],
    jobId = '1',
    trigger: BodyOf<'job'>['trigger'] = 'schedule',
    isGone = false,
  ): [number, EventBody] => [
    t,
    {
      type: 'job',
      jobId,
      connectionId: CONNECTION,
      status,
      trigger,
      attempts,
      ...(isGone ? { isGone } : {}),
      previousStart: t - 200,
      start: t - 5,
      end: t,
    },
  ];
  const list: [number, EventBody][] = [look(1000, 'running', [first])];
  if (story.detectedAt !== undefined) list.push(look(story.detectedAt, 'incomplete', [failed]));
  if (story.retriedAt !== undefined)
    list.push(look(story.retriedAt, 'running', [failed, { number: 1, status: 'running' }]));
  if (story.finishedAt !== undefined) {
    const last =
      story.retriedAt === undefined
        ? [failed]
        : [
            failed,
            { number: 1, status: story.finalStatus === 'succeeded' ? ('succeeded' as const) : ('failed' as const) },
          ];
    list.push(look(story.finishedAt, story.finalStatus, last));
  }
  if (story.goneAt !== undefined) list.push(look(story.goneAt, 'running', [first], '1', 'schedule', true));
  if (story.nextRun !== 'never') {
    const status = story.nextRun === 'failed' ? 'failed' : 'succeeded';
    list.push(look(60_000, status, [{ number: 0, status }], '2', story.nextRun === 'manual' ? 'manual' : 'schedule'));
  }
  return list;
}

function deliveries(story: Story): [number, EventBody][] {
  const list: [number, EventBody][] = [];
  const committed = Math.floor(story.records * 0.4);
  for (let t = 2000; t < story.endMs; t += 150) {
    const isBack = story.resumedAt !== undefined && t >= story.resumedAt;
    const isWhole = isBack && story.finishedAt !== undefined && t >= story.finishedAt - 500;
    const maxSeq = isWhole
      ? story.records
      : isBack
        ? committed + 100
        : t < story.faultAt
          ? Math.min(committed, Math.floor(t / 40))
          : committed;
    list.push([
      t,
      {
        type: 'delivery',
        connectionId: CONNECTION,
        rows: maxSeq,
        maxSeq,
        previousStart: t - 155,
        start: t - 5,
        end: t,
      },
    ]);
  }
  if (story.isDestinationRead) list.push([65_000, destinationRead(story)]);
  return list;
}

function destinationRead(story: Story): EventBody {
  const present: [number, number][] = [];
  let from = 1;
  for (const [gapFrom, gapTo] of story.missing) {
    present.push([from, gapFrom - 1]);
    from = gapTo + 1;
  }
  if (from <= story.records) present.push([from, story.records]);
  const repeated =
    story.deliveredTwice === 0 ? [] : [{ range: [1, story.deliveredTwice] satisfies [number, number], times: 2 }];
  return {
    type: 'delivery.read',
    connectionId: CONNECTION,
    rows: countIn(present) + story.deliveredTwice,
    present,
    repeated,
    start: 64_990,
    end: 65_000,
  };
}

function samples(story: Story): [number, EventBody][] {
  const list: [number, EventBody][] = [
    [500, { type: 'probe.defined', probe: 'api health', kind: 'http', target: 'x', everyMs: 50, timeoutMs: 2000 }],
    [60_000, { type: 'prober', from: 0, to: 60_000, delayP99Ms: 2, delayMaxMs: 5, samples: 1000 }],
  ];
  for (let t = 1000; t < story.endMs; t += 50) {
    const ok =
      story.badHealthFrom === undefined || t < story.badHealthFrom || t >= story.badHealthFrom + story.badHealthFor;
    list.push([
      t + 3,
      { type: 'sample', probe: 'api health', intended: t, start: t, end: t + 3, ok, ...(ok ? {} : { note: '503' }) },
    ]);
  }
  for (let seq = 1; seq <= ENOUGH; seq += 1) {
    const t = 15_000 + seq * 500;
    list.push([
      t + 4,
      {
        type: 'sample',
        probe: 'database writes',
        intended: t,
        start: t,
        end: t + 4,
        ok: true,
        write: { seq, outcome: 'acknowledged' },
      },
    ]);
  }
  list.push([
    66_000,
    { type: 'ledger.frozen', ledger: 'database writes', acknowledged: ENOUGH, failed: 0, indeterminate: 0 },
  ]);
  if (story.isLedgerRead)
    list.push([
      66_100,
      {
        type: 'ledger.read',
        ledger: 'database writes',
        present: presentWrites(story),
        repeated: [],
        start: 66_050,
        end: 66_100,
      },
    ]);
  return list;
}

function presentWrites(story: Story): [number, number][] {
  const all = Array.from({ length: ENOUGH }, (_, index) => index + 1);
  return all.filter((seq) => !story.lostWrites.includes(seq)).map((seq) => [seq, seq]);
}

function aftermath(story: Story): [number, EventBody][] {
  const broken: EventBody = {
    type: 'job',
    jobId: '3',
    connectionId: 'connection-2',
    status: 'failed',
    trigger: 'manual',
    attempts: [{ number: 0, status: 'failed' }],
    previousStart: 61_000,
    start: 61_100,
    end: 61_110,
  };
  const list: [number, EventBody][] = [[61_110, broken]];
  for (let index = 0; index < story.alerts; index += 1) {
    list.push([
      61_300 + index,
      { type: 'alert', jobId: '3', text: 'failed', previousStart: 61_200, start: 61_290, end: 61_300 },
    ]);
  }
  if (story.finishedAt === undefined) {
    list.push([
      story.endMs - 100,
      {
        type: 'wait',
        name: 'the interrupted job is over',
        satisfied: false,
        afterMs: 30_000,
        timeoutMs: 30_000,
        lastState: 'job 1 is running',
      },
    ]);
  }
  if (story.nextRun === 'never') {
    list.push([
      story.endMs - 50,
      {
        type: 'wait',
        name: 'the next scheduled run is over',
        satisfied: false,
        afterMs: 30_000,
        timeoutMs: 30_000,
        lastState: 'no further job',
      },
    ]);
  }
  if (story.steady)
    list.push([story.endMs - 1, { type: 'fault.undone', fault: 'kill', succeeded: true, text: 'worker-1 runs' }]);
  if (story.leftOvers !== undefined)
    list.push([67_000, { type: 'leftovers', scope: 'after-fault', complete: true, found: [...story.leftOvers] }]);
  return list;
}
