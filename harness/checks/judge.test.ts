import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../core/events.ts';
import { acknowledgedWrites } from './acknowledged-writes.ts';
import { breachRateBelow } from './conclusion.ts';
import { judgeRun } from './judge.ts';
import { recoveryTime } from './recovery-time.ts';
import { tell, type Story } from './testing/build-history.ts';

const CHECKS = [recoveryTime(), acknowledgedWrites()];

/** A whole record: the story, a clean teardown, and the end. */
function record(story: Partial<Story> = {}, allowedLoss = 0): RunEvent[] {
  const events = tell(story).map((event) =>
    event.type === 'run.started' ? { ...event, objective: { ...event.objective, lostWrites: allowedLoss } } : event,
  );
  const t = (events.at(-1)?.t ?? 0) + 10;
  return [
    ...events,
    { i: events.length, t, trial: 0, type: 'leftovers', scope: 'after-teardown', complete: true, found: [] },
    { i: events.length + 1, t, trial: 0, type: 'run.finished', outcome: 'completed' },
  ];
}

describe('the verdict of a run', () => {
  test('is a pass when everything passed', () => {
    const { verdict, headline } = judgeRun(record(), CHECKS);
    expect(verdict).toBe('pass');
    expect(headline).toContain('nothing was lost');
  });

  test('never says that nothing was lost when the objective allows a loss and there was one', () => {
    const { verdict, headline } = judgeRun(record({ lostWrites: [3] }, 5), CHECKS);
    expect(verdict).toBe('pass');
    expect(headline).toContain('1 acknowledged write lost, which the objective allows');
  });

  test('is a fail when a write is lost, and the headline names it', () => {
    const { verdict, headline } = judgeRun(record({ lostWrites: [3] }), CHECKS);
    expect(verdict).toBe('fail');
    expect(headline).toContain('Acknowledged writes are lost. ');
    expect(headline).toContain('1 of 20 acknowledged writes lost');
  });

  test.each([
    ['the record ends in the middle', (events: RunEvent[]) => events.slice(0, -1), 'unfinished'],
    [
      'nobody looked for left-overs',
      (events: RunEvent[]) => events.filter(({ type }) => type !== 'leftovers'),
      'completed',
    ],
  ] as const)('is unknown when %s', (_why, change, outcome) => {
    expect(judgeRun(change(record()), CHECKS)).toMatchObject({ verdict: 'unknown', outcome });
  });

  test('is unknown when a trial is missing', () => {
    const events = record().map((event) => (event.type === 'run.started' ? { ...event, trials: 2 } : event));
    const { verdict, summary } = judgeRun(events, CHECKS);
    expect([verdict, summary]).toMatchObject(['unknown', { passed: 1, unknown: 1 }]);
    // What was not measured breaches nothing.
    expect(summary.conclusion).toMatch(
      /^1 of 2 trials recovered within .*: of the other 1 that is not known, so nothing is concluded\.$/,
    );
  });

  test('is a fail when one of two trials failed', () => {
    const good = record();
    const second = tell({ objectiveSeconds: 300, lostWrites: [1] }).filter(({ trial }) => trial === 1);
    const events = [...good.slice(0, -2), ...second.map((event) => ({ ...event, trial: 2 })), ...good.slice(-2)].map(
      (event, i) => (event.type === 'run.started' ? { ...event, i, trials: 2 } : { ...event, i }),
    );
    const journal = judgeRun(events, CHECKS);
    expect(journal.trials.map(({ verdict }) => verdict)).toEqual(['pass', 'fail']);
    expect(journal.verdict).toBe('fail');
    expect(journal.headline).toContain('1 of 2 trials did not pass');
  });

  test('of two trials that passed with a loss that the objective allows says so', () => {
    const good = record({ lostWrites: [3] }, 5);
    const second = good.filter(({ trial }) => trial === 1).map((event) => ({ ...event, trial: 2 }));
    const events = [...good.slice(0, -2), ...second, ...good.slice(-2)].map((event, i) =>
      event.type === 'run.started' ? { ...event, i, trials: 2 } : { ...event, i },
    );
    const { verdict, headline } = judgeRun(events, CHECKS);
    expect(verdict).toBe('pass');
    expect(headline).toContain('All 2 trials passed');
    expect(headline).toContain('2 acknowledged writes lost in all, which the objective allows');
  });

  test('the same record gives the same bytes', () => {
    expect(JSON.stringify(judgeRun(record(), CHECKS))).toBe(JSON.stringify(judgeRun(record(), CHECKS)));
  });
});

test('ten passes of ten allow one to conclude that fewer than 26 % of such failures breach the objective', () => {
  expect(breachRateBelow(10)).toBeCloseTo(0.2589, 4);
});
