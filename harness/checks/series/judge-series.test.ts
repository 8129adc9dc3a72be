import { describe, expect, test } from 'vitest';
import type { BodyOf, EventBody, RunEvent } from '../../core/events.ts';
import type { Journal } from '../../core/journal.ts';
import { acknowledgedWrites } from '../acknowledged-writes.ts';
import { judgeRun } from '../judge.ts';
import { recoveryTime } from '../recovery-time.ts';
import { tell, type Story } from '../testing/build-history.ts';
import { judgeSeries } from './judge-series.ts';

/** The journal of one run of the series. */
function run(runId: string, scenario: string, story: Partial<Story> = {}): Journal {
  const told = tell(story).map((event) =>
    event.type === 'run.started' ? { ...event, runId, scenario: { ...event.scenario, id: scenario } } : event,
  );
  const t = (told.at(-1)?.t ?? 0) + 10;
  const events: RunEvent[] = [
    ...told,
    { i: told.length, t, trial: 0, type: 'leftovers', scope: 'after-teardown', complete: true, found: [] },
    { i: told.length + 1, t, trial: 0, type: 'prober', from: 0, to: t, delayP99Ms: 1, delayMaxMs: 2, samples: 0 },
    { i: told.length + 2, t, trial: 0, type: 'run.finished', outcome: 'completed' },
  ];
  return judgeRun(events, [recoveryTime(), acknowledgedWrites()]);
}

const STARTED: BodyOf<'series.started'> = {
  type: 'series.started',
  schemaVersion: 1,
  runId: 'series',
  wallStart: '2026-01-01T00:00:00.000Z',
  scenarios: [
    { scenario: 'first', title: 'The first' },
    { scenario: 'second', title: 'The second' },
  ],
  leftOut: ['third'],
  targetSeconds: 1500,
  seed: 1,
  command: 'c',
  environment: { harness: '0' },
};
const wait = (satisfied: boolean): EventBody => ({
  type: 'wait',
  name: 'all instances are ready',
  satisfied,
  afterMs: 4200,
  timeoutMs: 180_000,
  lastState: satisfied ? 'true' : 'missing: worker 2/3',
});
const begins = (scenario: string, runId: string, place: number): EventBody => ({
  type: 'series.run',
  scenario,
  runId,
  place,
});
const clean = (found: string[] = []): EventBody => ({
  type: 'leftovers',
  scope: 'after-teardown',
  complete: true,
  found,
});
const DONE: EventBody = { type: 'run.finished', outcome: 'completed' };

/** A record of these events; those of the wait between two runs carry the number of the gap. */
function record(...bodies: EventBody[]): RunEvent[] {
  return bodies.map((body, i) => ({ i, t: i * 1000, trial: body.type === 'wait' ? 1 : 0, ...body }));
}

const WHOLE = record(STARTED, begins('first', 'a', 1), wait(true), begins('second', 'b', 2), clean(), DONE);

describe('a series', () => {
  test('passes when all of its runs pass, it was steady in between, and nothing is left', () => {
    const journal = judgeSeries(WHOLE, [run('a', 'first'), run('b', 'second')]);
    expect(journal.checks.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['all_scenarios_ran', 'pass'],
      ['steady_between_faults', 'pass'],
      ['teardown_clean', 'pass'],
    ]);
    expect(journal).toMatchObject({ verdict: 'pass', headline: '2 of 2 scenarios passed.', leftOut: ['third'] });
    expect(journal.runs.map(({ steadyAgainSeconds }) => steadyAgainSeconds)).toEqual([4.2, null]);
    expect(journal.durationSeconds).toBe(5);
  });

  test('fails when one run fails, and names it with its cause; the others are still there', () => {
    const journal = judgeSeries(WHOLE, [run('a', 'first', { lostWrites: [3] }), run('b', 'second')]);
    expect(journal.verdict).toBe('fail');
    expect(journal.headline).toBe('1 of 2 scenarios passed; failed: first.');
    expect(journal.runs[0]?.causes).toMatchObject([{ check: 'acknowledged_writes', verdict: 'fail' }]);
    expect(journal.runs[1]?.verdict).toBe('pass');
  });

  test('is unknown when it stopped because the stack was not steady, and names what and what was not run', () => {
    const reason = 'The stack was not steady and redundant again after first.';
    const events = record(STARTED, begins('first', 'a', 1), wait(false), clean(), {
      type: 'run.finished',
      outcome: 'refused',
      reason,
    });
    const journal = judgeSeries(events, [run('a', 'first')]);
    expect(journal).toMatchObject({ verdict: 'unknown', outcome: 'refused', reason });
    expect(journal.notRun).toEqual([{ scenario: 'second', title: 'The second' }]);
    expect(journal.headline).toBe('1 of 2 scenarios passed; 1 not run.');
    expect(journal.checks).toMatchObject([
      { id: 'all_scenarios_ran', verdict: 'unknown', consequenceOf: 'steady_between_faults' },
      { id: 'steady_between_faults', verdict: 'unknown' },
      { verdict: 'pass' },
    ]);
    expect(journal.checks[1]?.summary).toContain('missing: worker 2/3');
  });

  test('still fails when a run failed before it stopped', () => {
    const events = record(STARTED, begins('first', 'a', 1), wait(false), clean(), {
      type: 'run.finished',
      outcome: 'refused',
    });
    expect(judgeSeries(events, [run('a', 'first', { lostWrites: [3] })]).verdict).toBe('fail');
  });

  test('fails when something is left behind, and says so in its headline', () => {
    const events = record(
      STARTED,
      begins('first', 'a', 1),
      wait(true),
      begins('second', 'b', 2),
      clean(['process 7']),
      DONE,
    );
    const journal = judgeSeries(events, [run('a', 'first'), run('b', 'second')]);
    expect(journal.verdict).toBe('fail');
    expect(journal.headline).toContain('Left behind: process 7');
  });

  test.each([
    [
      'nobody looked for left-overs',
      record(STARTED, begins('first', 'a', 1), wait(true), begins('second', 'b', 2), DONE),
    ],
    ['its record ends in the middle', WHOLE.slice(0, -1)],
    [
      'a run was interrupted',
      record(STARTED, begins('first', 'a', 1), clean(), { type: 'run.finished', outcome: 'interrupted' }),
    ],
  ])('is unknown when %s', (_why, events) => {
    expect(judgeSeries(events, [run('a', 'first'), run('b', 'second')]).verdict).toBe('unknown');
  });

  test('is unknown when the record of a run is not there any more', () => {
    const journal = judgeSeries(WHOLE, [run('b', 'second')]);
    expect(journal).toMatchObject({ verdict: 'unknown', notRun: [{ scenario: 'first' }] });
  });

  test('of one scenario has nothing to wait for', () => {
    const one: EventBody = { ...STARTED, scenarios: STARTED.scenarios.slice(0, 1) };
    expect(judgeSeries(record(one, begins('first', 'a', 1), clean(), DONE), [run('a', 'first')]).verdict).toBe('pass');
  });

  test('gives the same bytes again', () => {
    const journals = [run('a', 'first'), run('b', 'second')];
    expect(JSON.stringify(judgeSeries(WHOLE, journals))).toBe(JSON.stringify(judgeSeries(WHOLE, journals)));
    expect(() => judgeSeries(WHOLE.slice(1), journals)).toThrow(/does not say what series/);
  });
});
