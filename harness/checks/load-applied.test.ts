import { describe, expect, test } from 'vitest';
import type { BodyOf } from '../core/events.ts';
import { loadApplied } from './load-applied.ts';
import { retell, type Changes, type Timed } from './testing/retell.ts';

/*
 * How it could lie: take the silence of a runner for requests that did not fail, the load before the fault for one after it, or what other machines say of the time for more than it is worth.
 */

const OVER = 70_000;
type Counts = NonNullable<BodyOf<'load.runner'>['counts']>;

/** 5 s of load from both runners. */
function span(from: number, more: Partial<BodyOf<'load'>> = {}): Timed {
  const times = { from, to: from + 5000, p50Ms: 1, p95Ms: 2, maxMs: 3 };
  return [OVER, { type: 'load', ...times, requests: 100, failed: 0, uncertainMs: 800, ...more }];
}
function runner(name: string, counts: Partial<Counts> = {}): Timed {
  return [
    OVER,
    { type: 'load.runner', runner: name, counts: { requests: 600, failed: 0, dropped: 0, statuses: [], ...counts } },
  ];
}
const dead = (name: string): Timed => [
  OVER,
  { type: 'load.runner', runner: name, problem: 'its log could not be read (404 Not Found)' },
];
/** From 10 s before the fault at 20 s until the verification is reached. */
const SPANS = Array.from({ length: 11 }, (_, nth) => span(10_000 + nth * 5000));
const BOTH = [runner('load-1'), runner('load-2')];
const parameters = { loadPerSecond: 20, loadRunners: 2 };
const judge = (changes: Changes) => loadApplied().judge(retell({ parameters, ...changes }));

test('as much as was meant, from all of them', () => {
  const { verdict, summary } = judge({ add: [...SPANS, ...BOTH] });
  expect([verdict, summary]).toEqual([
    'pass',
    expect.stringContaining('20.0 requests a second after the fault from 2 runners'),
  ]);
  expect(summary).toContain('Of all 1,200 requests none failed');
});

test('failures are told by what was answered, and not judged', () => {
  const [first] = BOTH;
  const second = runner('load-2', {
    failed: 9,
    statuses: [
      [503, 8],
      [0, 1],
    ],
  });
  const { verdict, summary } = judge({ add: [...SPANS, ...(first === undefined ? [] : [first]), second] });
  expect([verdict, summary]).toEqual(['pass', expect.stringContaining('9 failed (8 × 503, 1 × no answer)')]);
});

describe('nothing is concluded where', () => {
  test.each<readonly [string, Changes, string]>([
    [
      'a runner was not heard',
      { add: [...SPANS, runner('load-1'), dead('load-2')] },
      'load-2: its log could not be read',
    ],
    ['a runner is not even there', { add: [...SPANS, runner('load-1')] }, 'Of 1 runner of 2 nothing is known'],
    ['no runner is there', { add: SPANS }, 'Of 2 runners of 2 nothing is known'],
    ['there was load before the fault alone', { add: [...SPANS.slice(0, 2), ...BOTH] }, 'too short'],
    [
      'there was half of it',
      { add: [...SPANS.slice(0, 2), ...range(20_000, { requests: 50 }), ...BOTH] },
      'less load than was meant',
    ],
    ['it paused', { add: [...SPANS.filter((_, nth) => nth !== 6), ...BOTH] }, '1 gap without any'],
    [
      'it ended long before the recovery was over',
      { add: [...SPANS.slice(0, 6), [60_000, { type: 'phase', name: 'verification' }], ...BOTH] },
      'ended before the recovery was over',
    ],
    ['its times are too uncertain', { add: [...range(10_000, { uncertainMs: 60_000 }), ...BOTH] }, 'too uncertain'],
    ['how much was meant is not known', { parameters: {}, add: [...SPANS, ...BOTH] }, 'is not known'],
    ['nothing was broken', { story: { steady: false }, add: [...SPANS, ...BOTH] }, 'No fault was injected'],
  ])('%s', (_why, changes, said) => {
    const { verdict, summary } = judge(changes);
    expect([verdict, summary]).toEqual(['unknown', expect.stringContaining(said)]);
  });
});

function range(from: number, more: Partial<BodyOf<'load'>>): readonly Timed[] {
  return Array.from({ length: 9 }, (_, nth) => span(from + nth * 5000, more));
}
