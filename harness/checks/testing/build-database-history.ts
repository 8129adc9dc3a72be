/** Built histories of a primary that is lost, for tests of checks and milestones. Times in milliseconds. */
import type { BodyOf, EventBody, RunEvent } from '../../core/events.ts';
import { History } from '../../core/history.ts';
import { API_WRITES, DATABASE_WRITES, OLD_PRIMARY_WRITES } from '../../core/ledger-names.ts';

type Member = BodyOf<'database'>['members'][number];

export interface DatabaseStory {
  /** The node of node-0, which leads, was lost in [faultAt, faultAt + 10]; it was seen to be at faultAt + 20. */
  readonly faultAt: number;
  /** When the same node is hit again, after a wait for that moment. */
  readonly secondFaultAt: number | undefined;
  readonly isWatched: boolean;
  /** What the cluster lacked when its primary was lost. */
  readonly lacksAtFault: string | undefined;
  readonly isFailoverOff: boolean;
  readonly leaderGoneAt: number | undefined;
  readonly promotedAt: number | undefined;
  /** When the node was given back, and when it streamed again. */
  readonly healedAt: number;
  readonly redundantAt: number | undefined;
  readonly serversBackAt: number | undefined;
  readonly schedulersBack: readonly string[];
  /** The first write through the API after the fault began at `apiBackAt` and was acknowledged 40 ms later. */
  readonly apiBackAt: number | undefined;
  readonly objectiveSeconds: number;
  /** Of the writes 1–20 that the database acknowledged before the fault. */
  readonly lostWrites: readonly number[];
  readonly missingOnSurvivors: readonly number[] | undefined;
  readonly isLedgerRead: boolean;
  readonly oldPrimary: 'not-asked' | 'silent' | 'refuses' | 'acknowledges';
  readonly oldWritesSurvive: boolean;
  readonly recoveryWatchedUntil: number;
  readonly endMs: number;
}

export const LOST_AND_REPLACED: DatabaseStory = {
  faultAt: 20_000,
  secondFaultAt: undefined,
  isWatched: true,
  lacksAtFault: undefined,
  isFailoverOff: false,
  leaderGoneAt: 39_000,
  promotedAt: 39_500,
  healedAt: 45_000,
  redundantAt: 50_000,
  serversBackAt: 40_000,
  schedulersBack: ['scheduler-0', 'scheduler-1'],
  apiBackAt: 40_100,
  objectiveSeconds: 30,
  lostWrites: [],
  missingOnSurvivors: undefined,
  isLedgerRead: true,
  oldPrimary: 'refuses',
  oldWritesSurvive: false,
  recoveryWatchedUntil: 40_200,
  endMs: 120_000,
};

const BEFORE = 20;

export function databaseHistory(changes: Partial<DatabaseStory> = {}): History {
  return new History(1, databaseEvents(changes));
}

/** The events of a story, in order of time. */
export function databaseEvents(changes: Partial<DatabaseStory> = {}): RunEvent[] {
  const story = { ...LOST_AND_REPLACED, ...changes };
  const timed: [number, EventBody][] = [
    ...opening(story),
    ...(story.secondFaultAt === undefined ? [] : secondFault(story.secondFaultAt)),
    ...(story.isWatched ? [...topologies(story), ...clients(story)] : []),
    ...writes(story),
    ...oldPrimary(story),
    [story.endMs, { type: 'step', text: 'the end' }],
  ];
  return timed
    .toSorted(([a], [b]) => a - b)
    .map(([t, body], i) => ({
      i,
      t,
      trial: body.type === 'run.started' || body.type === 'platform.ready' ? 0 : 1,
      ...body,
    }));
}

function opening({ faultAt, objectiveSeconds, healedAt, recoveryWatchedUntil }: DatabaseStory): [number, EventBody][] {
  const targets = [{ component: 'patroni', instance: 'node-0', pid: 1, why: 'it leads' }];
  return [
    [
      0,
      {
        type: 'run.started',
        schemaVersion: 1,
        runId: 'test',
        wallStart: '2026-01-01T00:00:00.000Z',
        scenario: { id: 'database_failure', title: 't', proves: 'p' },
        objective: { id: 'database_failure', recoverySeconds: objectiveSeconds, lostWrites: 0, source: 'test' },
        retryPolicy: { kind: 'exponential', attempts: 3, initialSeconds: 5, factor: 2, maxSeconds: 60 },
        seed: 1,
        trials: 1,
        command: 'c',
        recoveryEnds: { milestone: 'first-api-write', because: 'b' },
        milestones: { path: ['injected', 'leader-key-gone', 'primary-promoted', 'first-api-write'], beside: [] },
        parameters: {},
        environment: {},
      },
    ],
    [
      1,
      {
        type: 'platform.ready',
        platform: 'local',
        profile: 'reference',
        details: {},
        expected: { server: 2, scheduler: 2, worker: 3 },
      },
    ],
    [faultAt + 10, { type: 'fault.injected', fault: 'lose-node', targets, start: faultAt, end: faultAt + 10 }],
    [
      faultAt + 20,
      {
        type: 'fault.evidence',
        fault: 'lose-node',
        kind: 'node-lost',
        holds: true,
        text: 'gone',
        start: faultAt,
        end: faultAt + 20,
      },
    ],
    [
      recoveryWatchedUntil,
      { type: 'wait', name: 'the service has recovered', satisfied: true, afterMs: 1, timeoutMs: 1, lastState: '' },
    ],
    [healedAt, { type: 'fault.undone', fault: 'lose-node', succeeded: true, text: 'node-0 was started again' }],
  ];
}

function secondFault(at: number): [number, EventBody][] {
  const targets = [{ component: 'patroni', instance: 'node-0', pid: 1, why: 'it leads' }];
  const observed = { fault: 'lose-node', start: at, end: at + 10 };
  return [
    [at - 5, { type: 'wait', name: 'its moment', satisfied: true, afterMs: 1, timeoutMs: 1, lastState: '' }],
    [at + 10, { type: 'fault.injected', targets, ...observed }],
    [at + 20, { type: 'fault.evidence', kind: 'node-lost', holds: true, text: 'gone', ...observed }],
  ];
}

function topologies(story: DatabaseStory): [number, EventBody][] {
  const barred = story.isFailoverOff ? { mayBePromoted: false } : {};
  const standby = (name: string, isSynchronous: boolean): Member => ({
    name,
    role: 'replica',
    state: 'streaming',
    isSynchronous,
    ...barred,
  });
  const primary = (name: string): Member => ({ name, role: 'primary', state: 'running' });
  const down: Member = { name: 'node-0', role: 'unknown', state: 'no answer' };
  const look = (t: number, view: Pick<BodyOf<'database'>, 'leader' | 'members' | 'lacks'>): [number, EventBody] => [
    t,
    {
      type: 'database',
      provider: 'patroni',
      ...view,
      isRedundant: view.lacks === undefined,
      settings: { ttl: '20' },
      previousStart: t - 110,
      start: t - 10,
      end: t,
    },
  ];
  const lacking = story.lacksAtFault;
  const list = [
    look(1000, {
      leader: 'node-0',
      members: [primary('node-0'), standby('node-1', lacking === undefined), standby('node-2', false)],
      ...(lacking === undefined ? {} : { lacks: lacking }),
    }),
    look(story.faultAt + 100, {
      leader: 'node-0',
      members: [down, standby('node-1', true), standby('node-2', false)],
      lacks: 'node-0 holds the leader key and is not a primary',
    }),
  ];
  if (story.leaderGoneAt !== undefined)
    list.push(
      look(story.leaderGoneAt, {
        members: [down, standby('node-1', false), standby('node-2', false)],
        lacks: 'nobody holds the leader key',
      }),
    );
  if (story.promotedAt !== undefined)
    list.push(
      look(story.promotedAt, {
        leader: 'node-1',
        members: [down, primary('node-1'), standby('node-2', false)],
        lacks: 'the /sync key names no synchronous standby',
      }),
    );
  if (story.redundantAt !== undefined)
    list.push(
      look(story.redundantAt, {
        leader: 'node-1',
        members: [standby('node-0', false), primary('node-1'), standby('node-2', true)],
      }),
    );
  return list;
}

function clients(story: DatabaseStory): [number, EventBody][] {
  const named = (names: readonly string[]): BodyOf<'database.clients'>['clients'] =>
    names.map((name) => ({ component: name.split('-')[0] ?? '', name }));
  const look = (t: number, node: string, names: readonly string[]): [number, EventBody] => [
    t,
    { type: 'database.clients', node, clients: named(names), previousStart: t - 260, start: t - 10, end: t },
  ];
  const list = [look(2000, 'node-0', ['scheduler-0', 'scheduler-1', 'server-0', 'server-1', 'worker-2'])];
  if (story.promotedAt !== undefined && story.serversBackAt !== undefined)
    list.push(look(story.serversBackAt, 'node-1', [...story.schedulersBack, 'server-0', 'server-1', 'worker-0']));
  return list;
}

function sample(
  probe: string,
  t: number,
  seq: number,
  outcome: 'acknowledged' | 'failed' | 'indeterminate',
  hung = false,
): [number, EventBody] {
  const ok = outcome === 'acknowledged';
  return [
    t,
    {
      type: 'sample',
      probe,
      intended: t - 40,
      start: t - 40,
      end: t,
      ok,
      ...(hung ? { hung } : {}),
      write: { seq, outcome },
    },
  ];
}

function present(numbers: readonly number[], without: readonly number[]): [number, number][] {
  return numbers.filter((seq) => !without.includes(seq)).map((seq) => [seq, seq]);
}

function writes(story: DatabaseStory): [number, EventBody][] {
  const numbers = Array.from({ length: BEFORE }, (_, index) => index + 1);
  const list = numbers.map((seq) => sample(DATABASE_WRITES, story.faultAt - 5000 + seq * 200, seq, 'acknowledged'));
  list.push(...numbers.map((seq) => sample(API_WRITES, story.faultAt - 5000 + seq * 200, seq, 'acknowledged')));
  list.push(sample(API_WRITES, story.faultAt + 3000, 21, 'indeterminate', true));
  if (story.apiBackAt !== undefined) {
    list.push(sample(API_WRITES, story.apiBackAt - 100, 22, 'indeterminate', true));
    list.push(sample(API_WRITES, story.apiBackAt + 40, 23, 'acknowledged'));
    list.push(sample(DATABASE_WRITES, story.apiBackAt, 21, 'acknowledged'));
  }
  const all = [...numbers, 21];
  list.push(
    [70_000, { type: 'ledger.frozen', ledger: DATABASE_WRITES, acknowledged: 21, failed: 0, indeterminate: 0 }],
    ...(story.isLedgerRead ? [ledgerRead(DATABASE_WRITES, present(all, story.lostWrites))] : []),
  );
  if (story.missingOnSurvivors !== undefined)
    for (const node of ['node-1', 'node-2'])
      list.push([
        story.faultAt + 500,
        {
          type: 'ledger.copy',
          ledger: DATABASE_WRITES,
          node,
          present: present(numbers, story.missingOnSurvivors),
          start: story.faultAt + 450,
          end: story.faultAt + 500,
        },
      ]);
  return list;
}

function ledgerRead(ledger: string, rows: [number, number][]): [number, EventBody] {
  return [71_000, { type: 'ledger.read', ledger, present: rows, repeated: [], start: 70_900, end: 71_000 }];
}

function oldPrimary(story: DatabaseStory): [number, EventBody][] {
  if (story.oldPrimary === 'not-asked') return [];
  const list: [number, EventBody][] = [
    [70_000, { type: 'ledger.frozen', ledger: OLD_PRIMARY_WRITES, acknowledged: 0, failed: 1, indeterminate: 1 }],
    sample(OLD_PRIMARY_WRITES, story.healedAt - 100, 1, 'failed', true),
  ];
  if (story.oldPrimary === 'silent')
    list.push(sample(OLD_PRIMARY_WRITES, story.healedAt + 100, 2, 'indeterminate', true));
  else if (story.oldPrimary === 'refuses') list.push(sample(OLD_PRIMARY_WRITES, story.healedAt + 100, 2, 'failed'));
  else list.push(sample(OLD_PRIMARY_WRITES, story.healedAt + 100, 2, 'acknowledged'));
  if (story.isLedgerRead) list.push(ledgerRead(OLD_PRIMARY_WRITES, story.oldWritesSurvive ? [[2, 2]] : []));
  return list;
}
