import { describe, expect, test } from 'vitest';
import type { BodyOf, EventBody } from '../../events.ts';
import { History } from '../../history.ts';
import { findMilestone, milestonesOf } from '../milestones.ts';
import { REPLACEMENT } from './replacement-milestones.ts';

type Told = readonly [t: number, body: EventBody];
type OfPod = readonly [t: number, body: BodyOf<'component'>];
type Milestone = (typeof REPLACEMENT)[number];

const FAULT_AT = 10_000;
const VICTIM = { component: 'server', instance: 'server-a', uid: 'u-a', incarnation: 'c-a', node: 'one' };
const RUNNING = { state: 'running', ready: true, restarts: 0 } as const;

/** A pod as the platform told of it: the old server on machine one, ready and in service, unless something else is said. */
function pod(t: number, changes: Partial<BodyOf<'component'>> = {}): OfPod {
  return [t, { type: 'component', ...VICTIM, ...RUNNING, inService: true, ...changes }];
}

/** The same for a pod that is there since the fault. */
function fresh(t: number, changes: Partial<BodyOf<'component'>>): OfPod {
  const { component } = VICTIM;
  return [t, { type: 'component', component, instance: 'server-c', uid: 'u-c', ...RUNNING, ready: false, ...changes }];
}

const BEFORE: readonly OfPod[] = [
  pod(100),
  pod(100, { instance: 'server-b', uid: 'u-b', incarnation: 'c-b', node: 'two' }),
  pod(100, { component: 'worker', instance: 'worker-a', uid: 'u-w', incarnation: 'c-w', inService: undefined }),
];

const AWAY: readonly Told[] = [
  pod(47_000, { ready: false }),
  pod(57_000, { ready: false, inService: false, removal: 'begun', detail: 'it is being ended' }),
];
const CREATED = fresh(57_100, { state: 'pending' });
const SCHEDULED = fresh(57_200, { state: 'starting', node: 'two' });
const STARTED = fresh(58_500, { node: 'two', incarnation: 'c-c', inService: false });
const READY = fresh(60_000, { node: 'two', incarnation: 'c-c', inService: false, ready: true });
const IN_SERVICE = fresh(60_200, { node: 'two', incarnation: 'c-c', inService: true, ready: true });
const GONE = pod(61_000, { state: 'exited', ready: false, removal: 'done' });

function historyOf(
  told: readonly Told[],
  target: Partial<BodyOf<'fault.injected'>['targets'][number]> = VICTIM,
): History {
  const why = 'a ready instance of server';
  const struck: Told = [
    FAULT_AT + 1,
    {
      type: 'fault.injected',
      fault: 'lose-machine',
      targets: [{ component: 'server', instance: 'server-a', why, ...target }],
      start: FAULT_AT,
      end: FAULT_AT + 1,
    },
  ];
  const named = { path: ['injected'], beside: [...REPLACEMENT, 'full-capacity'] };
  const started: Told = [0, { ...RUN_STARTED, milestones: named }];
  const events = [started, ...BEFORE, struck, ...told].toSorted(([a], [b]) => a - b);
  return new History(
    1,
    events.map(([t, body], i) => ({ i, t, trial: 1, ...body })),
  );
}

const RUN_STARTED: BodyOf<'run.started'> = {
  type: 'run.started',
  schemaVersion: 1,
  runId: 'test',
  wallStart: '2026-01-01T00:00:00.000Z',
  scenario: { id: 'server_failure', title: 't', proves: 'p' },
  objective: { id: 'server_failure', recoverySeconds: 60, expectedSeconds: 30, lostWrites: 0, source: 'test' },
  retryPolicy: { kind: 'exponential', attempts: 3, initialSeconds: 5, factor: 2, maxSeconds: 60 },
  seed: 1,
  trials: 1,
  command: 'c',
  recoveryEnds: { milestone: 'injected', because: 'b' },
  milestones: { path: [], beside: [] },
  parameters: {},
  environment: {},
};

/** From when to when the moment may have been. */
function momentOf(id: Milestone, ...told: readonly Told[]): readonly [number, number] | undefined {
  const at = findMilestone(historyOf(told), id)?.at;
  return at && [at.low, at.high];
}

/** The moments that a report shows of these, with those that it calls not seen. */
function shownIn(history: History): string[] {
  const shown = milestonesOf(history).filter(({ id }) => REPLACEMENT.some((one) => one === id));
  return shown.map(({ id, at }) => (at === undefined ? `${id}: not seen` : id));
}

describe('the moments of a pod that is replaced', () => {
  const all = [...AWAY, CREATED, SCHEDULED, STARTED, READY, IN_SERVICE, GONE];

  test('are those of the first new one, each after what was told of it before', () => {
    expect(momentOf('replacement-created', ...all)).toEqual([57_000, 57_100]);
    expect(momentOf('replacement-scheduled', ...all)).toEqual([57_100, 57_200]);
    expect(momentOf('replacement-started', ...all)).toEqual([57_200, 58_500]);
    expect(momentOf('replacement-ready', ...all)).toEqual([58_500, 60_000]);
    expect(momentOf('replacement-in-service', ...all)).toEqual([60_000, 60_200]);
    expect(momentOf('victim-removed', ...all)).toEqual([57_000, 61_000]);
    expect(shownIn(historyOf(all))).toEqual([...REPLACEMENT]);
  });

  test('are also those of a new pod that has the name of the old one', () => {
    const named = ([t, body]: OfPod): OfPod => [t + 10_000, { ...body, instance: 'server-a' }];
    const again = [...AWAY, GONE, named(CREATED), named(READY)];
    expect(momentOf('replacement-created', ...again)).toEqual([61_000, 67_100]);
    expect(momentOf('replacement-ready', ...again)).toEqual([67_100, 70_000]);
  });

  test('may have come at any time since the fault when nothing was heard of it until it ran', () => {
    expect(momentOf('replacement-created', ...AWAY, STARTED)).toEqual([FAULT_AT, 58_500]);
    expect(momentOf('replacement-started', ...AWAY, STARTED)).toEqual([FAULT_AT, 58_500]);
  });

  test('are not seen, and said to be, while nothing comes in its place', () => {
    expect(shownIn(historyOf(AWAY))).toEqual(REPLACEMENT.map((id) => `${id}: not seen`));
  });

  test('are not those of a pod of another component', () => {
    const other = { component: 'worker', instance: 'worker-c' };
    const told = [CREATED, READY].map(([t, body]): Told => [t, { ...body, ...other }]);
    expect(shownIn(historyOf([...AWAY, ...told]))).toEqual(REPLACEMENT.map((id) => `${id}: not seen`));
  });

  test('are not those of an old pod that is told of late', () => {
    const late = pod(59_000, { instance: 'server-b', uid: 'u-b', incarnation: 'c-b2', node: 'two' });
    const ended = fresh(58_000, { node: 'two', incarnation: 'c-old', ready: true, removal: 'begun' });
    const gone = fresh(58_200, { node: 'two', state: 'exited', removal: 'done' });
    for (const old of [[late], [ended, gone], [gone]])
      expect(shownIn(historyOf([...AWAY, ...old]))).toEqual(REPLACEMENT.map((id) => `${id}: not seen`));
  });

  test('are not those of a pod that was added while the old one was not being taken away', () => {
    const added = fresh(30_000, { node: 'two', incarnation: 'c-c', ready: true, inService: true });
    expect(momentOf('replacement-ready', added, ...AWAY)).toBeUndefined();
    expect(momentOf('replacement-ready', added)).toBeUndefined();
  });

  test('may come before the old one is taken away, as in a roll-out', () => {
    const after = pod(62_000, { ready: false, removal: 'begun' });
    expect(momentOf('replacement-created', CREATED, SCHEDULED, STARTED, READY, after)).toEqual([FAULT_AT, 57_100]);
    expect(momentOf('replacement-ready', CREATED, SCHEDULED, STARTED, READY, after)).toEqual([58_500, 60_000]);
  });
});

describe('the moments of a container that is started again in its pod', () => {
  const ended = pod(10_300, { state: 'exited', ready: false, incarnation: undefined });
  const out = pod(10_400, { state: 'exited', ready: false, incarnation: undefined, inService: false });
  const restarted = { incarnation: 'c-a2', restarts: 1 } as const;
  const started = pod(11_000, { ...restarted, ready: false, inService: false });
  const ready = pod(14_000, { ...restarted, inService: false });
  const back = pod(14_100, restarted);

  test('are that it was started, ready and in service: no pod was removed, created or scheduled', () => {
    const told = [ended, out, started, ready, back];
    expect(momentOf('replacement-started', ...told)).toEqual([10_400, 11_000]);
    expect(momentOf('replacement-ready', ...told)).toEqual([11_000, 14_000]);
    expect(momentOf('replacement-in-service', ...told)).toEqual([14_000, 14_100]);
    expect(shownIn(historyOf(told))).toEqual(REPLACEMENT.slice(3));
  });

  test('are not those of the old container that is still called ready', () => {
    expect(momentOf('replacement-ready', pod(10_050, { detail: 'late' }))).toBeUndefined();
    expect(shownIn(historyOf([pod(10_050, { detail: 'late' })]))).toEqual([]);
  });

  test('are not in service while it is not ready, whatever its Service still says', () => {
    const stale = pod(11_000, { ...restarted, ready: false });
    expect(momentOf('replacement-in-service', ended, stale)).toBeUndefined();
    expect(momentOf('replacement-in-service', ended, stale, ready, back)).toEqual([14_000, 14_100]);
    expect(momentOf('replacement-in-service', ended, stale, pod(14_000, restarted))).toEqual([10_300, 14_000]);
  });

  test('do not include a Service that leads to it before anything is heard of its being ready', () => {
    const early = pod(13_990, { ...restarted, ready: false });
    expect(momentOf('replacement-in-service', ended, out, started, early, back)).toEqual([11_000, 14_100]);
  });

  test('are without a Service where none led to the old one', () => {
    const worker = { component: 'worker', instance: 'worker-a', uid: 'u-w', incarnation: 'c-w', inService: undefined };
    const dead = pod(10_300, { ...worker, state: 'exited', ready: false, incarnation: undefined });
    const history = historyOf([dead, pod(12_000, { ...worker, incarnation: 'c-w2' })], worker);
    expect(shownIn(history)).toEqual(['replacement-started', 'replacement-ready']);
  });

  test('stay so when the pod is taken away much later, for another reason', () => {
    const scaledIn = pod(90_000, { ...restarted, ready: false, removal: 'begun' });
    const other = fresh(95_000, { state: 'pending' });
    expect(shownIn(historyOf([ended, started, back, scaledIn, other]))).toEqual(REPLACEMENT.slice(3));
  });
});

test('a platform without pods has none of these moments, and no report of it shows one', () => {
  const noPod = { uid: undefined, incarnation: undefined, inService: undefined };
  const old = BEFORE.map(([t, body]): Told => [t, { ...body, ...noPod, pid: 10 }]);
  const ended = pod(10_300, { ...noPod, state: 'exited', ready: false });
  const history = historyOf([...old, ended, pod(12_000, { ...noPod, pid: 11 })], { ...noPod, pid: 10 });
  expect(milestonesOf(history).map(({ id }) => id)).toEqual(['injected', 'full-capacity']);
});

test('what only hung and was never ended has not been replaced', () => {
  const frozen = [pod(13_000, { ready: false }), pod(13_100, { ready: false, inService: false }), pod(30_000)];
  expect(shownIn(historyOf(frozen))).toEqual([]);
});
