/** What once passed though looks were too few or too far apart to know it; see not-known.test.ts. */
import { describe, expect, test } from 'vitest';
import { findMilestone } from '../core/derive/milestones.ts';
import { databaseFailover } from './database-failover.ts';
import { databaseIsRedundant } from './database-redundant.ts';
import { requestsLost } from './requests-lost.ts';
import { retell, type Timed } from './testing/retell.ts';

test('requests that the record does not account for may have been lost', () => {
  const load = (from: number, failed = 0): Timed => [
    from + 1000,
    { type: 'load', from, to: from + 1000, requests: 20, failed, p50Ms: 5, p95Ms: 9, maxMs: 20 },
  ];
  const summary: Timed = [66_000, { type: 'load.summary', requests: 40, failed: 0, dropped: 0, exitCode: 105 }];
  const lost = (probe: string, ...add: readonly Timed[]): string =>
    requestsLost({ probes: ['api health', probe], allowed: '0s' }).judge(retell({ add: [summary, ...add] })).verdict;
  expect(lost('api health', load(20_000), load(21_000))).toBe('pass');
  expect(lost('api health', load(20_000))).toBe('unknown');
  expect(lost('api health')).toBe('unknown');
  expect(lost('api writes', load(20_000), load(21_000))).toBe('unknown');
  expect(lost('api health', load(19_500, 1), load(21_000))).toBe('unknown');
});

describe('looks at a database', () => {
  const view = (t: number, leader: string | undefined, isRedundant: boolean, previousStart = t - 200): Timed => [
    t,
    {
      type: 'database',
      provider: 'patroni',
      ...(leader === undefined ? {} : { leader }),
      members: ['a', 'b'].map((name) => ({
        name,
        role: name === leader ? 'primary' : 'replica',
        state: isRedundant || name === leader ? 'streaming' : 'stopped',
      })),
      isRedundant,
      previousStart,
      start: t - 5,
      end: t,
    },
  ];
  const undone: Timed = [
    40_000,
    { type: 'fault.undone', fault: 'kill', succeeded: true, text: 't', start: 39_000, end: 40_000 },
  ];

  test('between which the undo began do not tell whether a primary came by itself', () => {
    const failover = (previousStart: number): string =>
      databaseFailover().judge(
        retell({ add: [view(10_000, 'a', true), undone, view(41_000, 'b', false, previousStart)] }),
      ).verdict;
    expect(failover(38_000)).toBe('unknown');
  });

  test('that showed no redundancy before the fault have none that could come back', () => {
    const redundant = (before: boolean): string =>
      databaseIsRedundant({ within: '60s' }).judge(
        retell({ add: [view(10_000, 'a', before), view(21_000, undefined, false), view(30_000, 'b', true)] }),
      ).verdict;
    expect(redundant(true)).toBe('pass');
    expect(redundant(false)).toBe('unknown');
  });

  test('that were far apart do not make a write from before the fault the first one after it', () => {
    const add = [view(10_000, 'a', true), view(30_000, 'b', true, 10_000)];
    expect(findMilestone(retell({ add }), 'first-sql-write')?.at.low).toBeGreaterThan(20_000);
  });
});
