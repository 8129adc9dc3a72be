import { describe, expect, test } from 'vitest';
import type { Comparison } from '../../core/comparison.ts';
import type { RunEvent } from '../../core/events.ts';
import { acknowledgedWrites } from '../acknowledged-writes.ts';
import { apiAvailability } from '../api-availability.ts';
import { judgeRun } from '../judge.ts';
import { recoveryTime } from '../recovery-time.ts';
import { tell, type Story } from '../testing/build-history.ts';
import { compareQuantity } from './compare-quantity.ts';
import { compareRuns, type JudgedRun } from './compare-runs.ts';
import { significanceOfRates, significanceOfSamples } from './significance.ts';

const CHECKS = [recoveryTime(), acknowledgedWrites(), apiAvailability({ probe: 'api health', longest: '2s' })];

/** A judged run with one trial for each story. */
function run(
  runId: string,
  stories: readonly Partial<Story>[],
  change: (event: RunEvent) => RunEvent = (e) => e,
): JudgedRun {
  const told = stories.flatMap((story, n) =>
    tell(story)
      .filter((event) => n === 0 || event.trial === 1)
      .map((event) => (event.trial === 1 ? { ...event, trial: n + 1 } : event)),
  );
  const t = (told.at(-1)?.t ?? 0) + 10;
  const all: RunEvent[] = [
    ...told,
    { i: 0, t, trial: 0, type: 'leftovers', scope: 'after-teardown', complete: true, found: [] },
    { i: 0, t, trial: 0, type: 'run.finished', outcome: 'completed' },
  ];
  const events = all.map((event, i): RunEvent => {
    const numbered = { ...event, i };
    return change(numbered.type === 'run.started' ? { ...numbered, runId, trials: stories.length } : numbered);
  });
  return { events, journal: judgeRun(events, CHECKS) };
}

/** A story that recovers so many seconds later than the good one. */
function later(seconds: number): Partial<Story> {
  return { resumedAt: 37_000 + seconds * 1000, finishedAt: 45_000 + seconds * 1000 };
}

function quantity(comparison: Comparison, id: string): Comparison['quantities'][number] {
  const found = comparison.quantities.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no quantity ${id}`);
  return found;
}

describe('two runs with one trial each', () => {
  test('of the same story do not differ in anything', () => {
    const comparison = compareRuns(run('a', [{}]), run('b', [{}]));
    expect(comparison.circumstances).toEqual([]);
    expect(comparison.checks).toEqual([]);
    expect(comparison.verdict.isChanged).toBe(false);
    expect(comparison.quantities.every(({ finding }) => finding === 'none')).toBe(true);
    expect(comparison.conclusion).toContain('--trials 4');
  });

  test('differ in the recovery time by the difference of its bounds', () => {
    const recovery = quantity(compareRuns(run('a', [{}]), run('b', [later(10)])), 'recovery');
    expect(recovery.finding).toBe('higher');
    expect(recovery.difference?.best).toBeCloseTo(10, 0);
    expect(recovery.difference?.low).toBeLessThan(10);
    expect(recovery.difference?.high).toBeGreaterThan(10);
    expect(recovery.sentence).toMatch(/^(9\.9\d|10\.\d) s longer \(\d[\d.]+ s – 10\.\d s\)\.$/);
    expect(recovery.significance).toBeUndefined();
  });

  test('do not differ where the bounds cannot tell them apart', () => {
    const recovery = quantity(compareRuns(run('a', [{}]), run('b', [later(0.1)])), 'recovery');
    expect(recovery.finding).toBe('none');
    expect(recovery.sentence).toContain('No difference that the bounds can tell');
  });

  test('differ in a check, with what it said in both', () => {
    const comparison = compareRuns(run('a', [{}]), run('b', [{ lostWrites: [3, 4] }]));
    expect(comparison.checks.map(({ id }) => id)).toEqual(['acknowledged_writes']);
    expect(comparison.checks[0]).toMatchObject({ before: { pass: 1 }, after: { fail: 1 } });
    expect(comparison.checks[0]?.summaryBefore).toContain('all 20 acknowledged writes are there');
    expect(comparison.checks[0]?.summaryAfter).toContain('2 of 20 acknowledged writes lost');
    expect(quantity(comparison, 'lost-writes')).toMatchObject({ finding: 'higher', sentence: '2 more.' });
  });

  test('differ in what never happened', () => {
    const comparison = compareRuns(run('a', [{}]), run('b', [{ resumedAt: undefined, finishedAt: undefined }]));
    expect(quantity(comparison, 'recovery')).toMatchObject({ finding: 'vanished', after: [null] });
    expect(quantity(comparison, 'recovery').sentence).toContain('Seen in 1 of 1 and then in 0 of 1 trials');
    const back = compareRuns(run('b', [{ resumedAt: undefined, finishedAt: undefined }]), run('a', [{}]));
    expect(quantity(back, 'recovery').finding).toBe('appeared');
  });

  test('differ in an outage that only one of them had', () => {
    const comparison = compareRuns(run('a', [{}]), run('b', [{ badHealthFrom: 21_000, badHealthFor: 3000 }]));
    expect(quantity(comparison, 'outages of api health')).toMatchObject({ before: [0], after: [1], finding: 'higher' });
    expect(quantity(comparison, 'downtime of api health').finding).toBe('higher');
  });

  test('say nothing of writes that were never read back', () => {
    const comparison = compareRuns(run('a', [{ isLedgerRead: false }]), run('b', [{ isLedgerRead: false }]));
    expect(comparison.quantities.map(({ id }) => id)).not.toContain('lost-writes');
  });
});

test('what the runs were made with comes first, and only what differs', () => {
  const other = run('b', [{}], (event) => {
    if (event.type === 'run.started')
      return {
        ...event,
        seed: 2,
        parameters: { records: 12_000 },
        objective: { ...event.objective, recoverySeconds: 60 },
      };
    if (event.type !== 'platform.ready') return event;
    return { ...event, details: { postgres: '18.6' }, expected: { worker: 3 }, weaknesses: ['no_retries'] };
  });
  expect(compareRuns(run('a', [{}]), other).circumstances).toEqual([
    { group: 'weaknesses', name: 'put into the stack', before: undefined, after: 'no_retries' },
    { group: 'parameter', name: 'records', before: undefined, after: '12000' },
    { group: 'objective', name: 'recoverySeconds', before: '300', after: '60' },
    { group: 'number of instances', name: 'worker', before: '2', after: '3' },
    { group: 'version', name: 'postgres', before: undefined, after: '18.6' },
    { group: 'run', name: 'seed', before: '1', after: '2' },
  ]);
});

describe('two runs with trials', () => {
  const spread = [0, 0.8, 1.6, 2.4];

  test('differ significantly when all trials of one are slower than all of the other', () => {
    const comparison = compareRuns(
      run('a', spread.map(later)),
      run(
        'b',
        spread.map((seconds) => later(seconds + 10)),
      ),
    );
    const recovery = quantity(comparison, 'recovery');
    expect(recovery.finding).toBe('higher');
    expect(recovery.difference?.best).toBeCloseTo(10, 0);
    expect(recovery.significance?.pValue).toBeCloseTo(2 / 70, 9);
    expect(recovery.sentence).toContain('significant (p = 0.029');
    expect(comparison.conclusion).toContain('p ≤ 0.05');
  });

  test('three against three are said to be too few, however far apart they lie', () => {
    const comparison = compareRuns(
      run('a', spread.slice(1).map(later)),
      run(
        'b',
        spread.slice(1).map((seconds) => later(seconds + 20)),
      ),
    );
    expect(quantity(comparison, 'recovery')).toMatchObject({ finding: 'not-significant' });
    expect(quantity(comparison, 'recovery').sentence).toContain('3 against 3 trials can at best reach p = 0.1');
    expect(comparison.conclusion).toContain('too few for any significance');
  });

  test('that overlap are left to chance', () => {
    const comparison = compareRuns(run('a', [0, 4, 8, 12].map(later)), run('b', [2, 6, 10, 14].map(later)));
    expect(quantity(comparison, 'recovery').finding).toBe('not-significant');
    expect(quantity(comparison, 'recovery').sentence).toContain('chance explains it');
  });

  test('compare their verdicts by their rates', () => {
    const bad = { lostWrites: [1] };
    const comparison = compareRuns(run('a', [{}, {}, {}, {}]), run('b', [bad, bad, bad, bad]));
    expect(comparison.verdict).toMatchObject({ before: { pass: 4 }, after: { fail: 4 }, isChanged: true });
    expect(comparison.verdict.significance?.pValue).toBeCloseTo(2 / 70, 9);
    expect(compareRuns(run('a', [{}, bad]), run('b', [bad, {}])).verdict.isChanged).toBe(false);
  });
});

describe('what cannot be compared', () => {
  test('runs of different scenarios are refused, with both names', () => {
    const other = run('b', [{}], (event) =>
      event.type === 'run.started' ? { ...event, scenario: { ...event.scenario, id: 'database_failure' } } : event,
    );
    expect(() => compareRuns(run('a', [{}]), other)).toThrow(/a is of worker_failure, b of database_failure/);
    expect(() => compareRuns(run('a', [{}]), other)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  test('a run is not compared with itself', () => {
    expect(() => compareRuns(run('a', [{}]), run('a', [{}]))).toThrow(/Both names mean the run a/);
  });

  test('a run that was refused has nothing to compare, and says so', () => {
    const refused = run('b', [{}], (event) => event);
    const journal = { ...refused.journal, trials: [] };
    const comparison = compareRuns(run('a', [{}]), { ...refused, journal });
    expect(comparison.conclusion).toContain('nothing to compare');
    expect(comparison.verdict.isChanged).toBe(true);
  });
});

test('a number that neither run has is left out', () => {
  const nothing = { group: 'losses', id: 'x', title: 'X', unit: 'count', before: [null], after: [null] } as const;
  expect(compareQuantity(nothing)).toBeUndefined();
});

test('one trial has no significance', () => {
  expect(significanceOfSamples([1], [1, 2])).toBeUndefined();
  expect(significanceOfRates({ hits: 1, total: 1 }, { hits: 0, total: 3 })).toBeUndefined();
});
