import { describe, expect, test } from 'vitest';
import { findMilestone } from '../core/derive/milestones.ts';
import type { RunEvent } from '../core/events.ts';
import { History } from '../core/history.ts';
import { OLD_PRIMARY_WRITES } from '../core/ledger-names.ts';
import type { Check } from '../core/scenario.ts';
import { acknowledgedWrites } from './acknowledged-writes.ts';
import { databaseFailover } from './database-failover.ts';
import { databaseIsRedundant } from './database-redundant.ts';
import { lossCounted } from './loss-counted.ts';
import { noSplitBrain } from './no-split-brain.ts';
import { recoveryTime } from './recovery-time.ts';
import { servicesReconnected } from './services-reconnected.ts';
import { databaseEvents, databaseHistory, type DatabaseStory } from './testing/build-database-history.ts';

interface Case {
  readonly check: Check;
  /** What makes it pass, where the good story does not put it to the test. */
  readonly good?: Partial<DatabaseStory>;
  readonly fails: readonly [because: string, story: Partial<DatabaseStory>][];
  readonly isUnknown: readonly [because: string, story: Partial<DatabaseStory>][];
}

const STAYS_DOWN: Partial<DatabaseStory> = {
  leaderGoneAt: 39_000,
  promotedAt: undefined,
  serversBackAt: undefined,
  redundantAt: undefined,
  apiBackAt: undefined,
  recoveryWatchedUntil: 63_000,
  healedAt: 63_100,
};
const BACK_WHEN_HEALED: Partial<DatabaseStory> = { ...STAYS_DOWN, promotedAt: 66_000, apiBackAt: 66_500 };

const CASES: readonly Case[] = [
  {
    check: databaseFailover(),
    fails: [
      ['nobody took over', STAYS_DOWN],
      ['nobody took over after a second fault', { ...STAYS_DOWN, secondFaultAt: 20_500 }],
      ['there was a primary only when the node had been given back', BACK_WHEN_HEALED],
    ],
    isUnknown: [
      ['it was not watched for long enough', { ...STAYS_DOWN, objectiveSeconds: 60 }],
      ['nobody looked at the database', { isWatched: false }],
    ],
  },
  {
    check: servicesReconnected(),
    fails: [
      ['one instance of two never came back', { schedulersBack: ['scheduler-0'] }],
      ['they came back after the objective', { objectiveSeconds: 15 }],
      ['nobody came back', { serversBackAt: undefined }],
    ],
    isUnknown: [
      ['there was no new primary', STAYS_DOWN],
      ['nobody looked at the database', { isWatched: false }],
      ['the record ends before the objective', { serversBackAt: undefined, endMs: 45_000, objectiveSeconds: 60 }],
      ['the bounds straddle the objective', { objectiveSeconds: 19.9 }],
    ],
  },
  {
    check: databaseIsRedundant({ within: '60s' }),
    fails: [['the old primary never streamed again', { redundantAt: undefined }]],
    isUnknown: [
      ['it was not watched for long enough', { redundantAt: undefined, endMs: 60_000 }],
      ['nobody looked at the database', { isWatched: false }],
    ],
  },
  {
    check: noSplitBrain(),
    fails: [['the old primary took a write that the new one lacks', { oldPrimary: 'acknowledges' }]],
    isUnknown: [
      ['the old primary was not asked', { oldPrimary: 'not-asked' }],
      ['the old primary never answered', { oldPrimary: 'silent' }],
      ['the new primary was never asked for the writes', { oldPrimary: 'acknowledges', isLedgerRead: false }],
    ],
  },
  {
    check: lossCounted(),
    good: { lostWrites: [19, 20], missingOnSurvivors: [19, 20] },
    fails: [
      ['one more is reported', { lostWrites: [18, 19, 20], missingOnSurvivors: [19, 20] }],
      ['one is not reported', { lostWrites: [20], missingOnSurvivors: [19, 20] }],
      ['as many are reported, but others', { lostWrites: [18, 19], missingOnSurvivors: [19, 20] }],
    ],
    isUnknown: [
      ['nothing was lost', { missingOnSurvivors: [] }],
      ['no survivor was asked', { lostWrites: [20] }],
      ['the ledger was never read', { lostWrites: [20], missingOnSurvivors: [20], isLedgerRead: false }],
    ],
  },
  {
    check: recoveryTime(),
    fails: [
      ['the API was not back within the objective', { objectiveSeconds: 19 }],
      ['the API never came back', STAYS_DOWN],
      ['the API never came back after a second fault', { ...STAYS_DOWN, secondFaultAt: 20_500 }],
    ],
    isUnknown: [['the bounds straddle the objective', { objectiveSeconds: 20.11 }]],
  },
];

describe.each(CASES.map((entry) => [entry.check.id, entry] as const))(
  '%s',
  (_id, { check, good, fails, isUnknown }) => {
    test('passes on a good run', () => {
      expect(check.judge(databaseHistory(good))).toMatchObject({
        verdict: 'pass',
        summary: expect.stringMatching(/\.$/),
      });
    });

    test.each(fails)('fails when %s', (_because, story) => {
      expect(check.judge(databaseHistory(story))).toMatchObject({ verdict: 'fail' });
    });

    test.each(isUnknown)('is unknown when %s', (_because, story) => {
      expect(check.judge(databaseHistory(story))).toMatchObject({ verdict: 'unknown' });
    });

    test('never passes on an empty record', () => {
      expect(check.judge(new History(1)).verdict).not.toBe('pass');
    });

    test('names only events of the record as evidence', () => {
      const events = databaseEvents(good);
      for (const index of check.judge(new History(1, events)).evidence) expect(events[index]?.i).toBe(index);
    });
  },
);

test('a cluster that stays down is the cause, and what follows from it says so', () => {
  for (const story of [STAYS_DOWN, BACK_WHEN_HEALED]) {
    const history = databaseHistory(story);
    expect(databaseFailover().judge(history).consequenceOf).toBeUndefined();
    expect(recoveryTime().judge(history)).toMatchObject({ verdict: 'fail', consequenceOf: 'database_failover' });
  }
  for (const story of [STAYS_DOWN, { ...BACK_WHEN_HEALED, serversBackAt: 67_000 }]) {
    expect(servicesReconnected().judge(databaseHistory(story)).consequenceOf).toBe('database_failover');
  }
});

test('the reason why nobody took over is named', () => {
  const said = (story: Partial<DatabaseStory>): string => databaseFailover().judge(databaseHistory(story)).summary;
  expect(said({ ...STAYS_DOWN, lacksAtFault: 'the /sync key names no synchronous standby' })).toContain(
    'not redundant when node-0 was lost (the /sync key names no synchronous standby)',
  );
  expect(said({ ...STAYS_DOWN, isFailoverOff: true })).toContain('failover is switched off, node-1 and node-2');
});

test('the one that did not come back is named', () => {
  const { summary } = servicesReconnected().judge(databaseHistory({ schedulersBack: ['scheduler-0'] }));
  expect(summary).toMatch(/^scheduler-1 not within/);
});

test('writes to the old primary are judged by the check of their own', () => {
  const history = databaseHistory({ oldPrimary: 'acknowledges' });
  expect(acknowledgedWrites({ except: [OLD_PRIMARY_WRITES] }).judge(history).summary).not.toContain('old primary');
  expect(acknowledgedWrites().judge(history).verdict).toBe('fail');
});

test('moments of the failover lie between the last look without them and the first look with them', () => {
  const history = databaseHistory();
  expect(findMilestone(history, 'leader-key-gone')?.at).toEqual({ low: 38_890, best: 38_945, high: 39_000 });
  expect(findMilestone(history, 'primary-promoted')?.at).toEqual({ low: 39_390, best: 39_445, high: 39_500 });
  expect(findMilestone(history, 'redundancy-restored')?.at).toEqual({ low: 49_890, best: 49_945, high: 50_000 });
  expect(findMilestone(history, 'scheduler-reconnected')?.at.high).toBe(40_000);
});

test('a write that hung shows until when none was acknowledged', () => {
  expect(findMilestone(databaseHistory(), 'first-api-write')?.at).toEqual({ low: 40_000, best: 40_140, high: 40_140 });
});

test('a worker that was lost with the machine of the primary owes nothing to the new one, any other does', () => {
  const events = databaseEvents({}).map((event) => {
    if (event.type === 'fault.injected')
      return { ...event, targets: event.targets.map((target) => ({ ...target, node: 'machine-1' })) };
    // Of all workers only the one that ran the sync was seen at work, and none was afterwards.
    if (event.type === 'database.clients' && event.node !== 'node-0')
      return { ...event, clients: event.clients.filter(({ component }) => component !== 'worker') };
    return event;
  });
  const placed = (machine: string): RunEvent => ({
    i: 0,
    t: 0,
    trial: 1,
    type: 'component',
    component: 'worker',
    instance: 'worker-2',
    state: 'running',
    ready: true,
    restarts: 0,
    node: machine,
  });
  const judge = (machine: string) => servicesReconnected().judge(new History(1, [placed(machine), ...events]));
  expect(judge('machine-1')).toMatchObject({ verdict: 'pass', summary: expect.not.stringContaining('worker') });
  expect(judge('machine-2')).toMatchObject({ verdict: 'fail', summary: expect.stringContaining('worker not within') });
});
