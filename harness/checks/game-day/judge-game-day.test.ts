import { describe, expect, test } from 'vitest';
import { gameDayEventSchema, type GameDayBody, type RunSummary } from '../../core/game-day/events.ts';
import type { GameDayJournal, GameDayStep } from '../../core/game-day/journal.ts';
import { readProgress } from '../../core/game-day/progress.ts';
import {
  CLOSING,
  OPENING,
  recordOf,
  samplePlan,
  sampleSummary,
  scenarioStep,
  wholeDay,
} from '../../core/game-day/testing/sample-day.ts';
import { judgeCriterion } from './abort-criteria.ts';
import { judgeGameDay } from './judge-game-day.ts';

const judge = (bodies: readonly GameDayBody[]): GameDayJournal => judgeGameDay(recordOf(bodies));
const step = (day: GameDayJournal, id: string): GameDayStep | undefined => day.steps.find((one) => one.id === id);

/** The whole day with the run of its first scenario replaced. */
function withRun(run: RunSummary): GameDayJournal {
  const bodies = wholeDay().map((body) =>
    body.type === 'scenario.ended' && body.step === 'worker_failure' ? { ...body, run } : body,
  );
  return judge(bodies);
}

/** The whole day with the end of its manual step replaced. */
function withManual(change: Partial<Extract<GameDayBody, { type: 'manual.ended' }>>): GameDayJournal {
  return judge(wholeDay().map((body) => (body.type === 'manual.ended' ? { ...body, ...change } : body)));
}

describe('the verdict of a game day', () => {
  test('is a pass when everything passed and every expectation was borne out', () => {
    const day = judge(wholeDay());
    expect(day).toMatchObject({ verdict: 'pass', outcome: 'completed', nextDue: '2027-02-26', audit: null });
    expect(day.steps.map(({ finding, judgedBy }) => [finding, judgedBy])).toEqual([
      ['confirmed', 'numbers'],
      ['confirmed', 'numbers'],
      ['confirmed', 'people'],
    ]);
  });

  test('is never a pass when something was not run, not judged, or not over', () => {
    const bodies = wholeDay();
    const without = (type: GameDayBody['type']): GameDayJournal => judge(bodies.filter((body) => body.type !== type));
    expect(without('hypothesis.judged').verdict).toBe('unknown');
    expect(without('day.ended')).toMatchObject({ verdict: 'unknown', outcome: 'unfinished' });
    expect(judge([...OPENING(), ...CLOSING]).verdict).toBe('unknown');
    const skipped = judge([
      ...OPENING(),
      { type: 'step.skipped', step: 'worker_failure', reason: 'no time' },
      ...CLOSING,
    ]);
    expect(step(skipped, 'worker_failure')).toMatchObject({
      verdict: 'unknown',
      finding: 'open',
      summary: 'Skipped: no time',
    });
  });

  test('is never a pass when recordings were played, and the report says so first', () => {
    const day = judge(wholeDay().map((body) => (body.type === 'day.began' ? { ...body, standIn: 'a file' } : body)));
    expect(day.verdict).toBe('unknown');
    expect(day.findings[0]?.text).toContain('No scenario was run');
  });

  test('is a fail when a scenario passed against its objective and not against what was expected', () => {
    const day = withRun(sampleSummary({ recoverySeconds: { low: 70, best: 71, high: 72 } }));
    expect(day.verdict).toBe('fail');
    expect(step(day, 'worker_failure')).toMatchObject({ verdict: 'pass', finding: 'refuted' });
  });
});

describe('a hypothesis', () => {
  const losses = sampleSummary().losses;
  test.each([
    ['bounds that straddle the limit', { recoverySeconds: { low: 59, best: 60, high: 61 } }],
    ['a recovery that was never measured', { recoverySeconds: null }],
    ['writes that were not read again', { losses: { ...losses, isEveryLedgerRead: false } }],
    ['a run without any record', { losses: { ...losses, producedRecords: 0 } }],
    ['a run that was interrupted', { outcome: 'interrupted', verdict: 'unknown' }],
  ] as const)('is open with %s', (_, change) => {
    expect(step(withRun(sampleSummary(change)), 'worker_failure')?.finding).toBe('open');
  });

  test('is refuted by one lost record, also where the run was interrupted afterwards', () => {
    const run = sampleSummary({ outcome: 'interrupted', losses: { ...losses, missingRecords: 1 } });
    expect(step(withRun(run), 'worker_failure')?.finding).toBe('refuted');
  });

  test('cannot be made known by people where its numbers are not', () => {
    const said = { type: 'hypothesis.judged', step: 'worker_failure', holds: true, remark: '' } as const;
    const bodies = wholeDay().map((body) =>
      body.type === 'scenario.ended' && body.step === 'worker_failure'
        ? { ...body, run: null, how: 'lost' as const }
        : body,
    );
    expect(step(judge([...bodies, said]), 'worker_failure')?.finding).toBe('open');
  });
});

describe('a manual step', () => {
  test.each([
    [{ tookMs: 300_000 }, 'pass'],
    [{ tookMs: 300_001 }, 'fail'],
    [{ outcome: 'not-done' }, 'fail'],
    [{ outcome: 'nobody', tookMs: null }, 'unknown'],
    // Over a restart the time holds that in which nobody worked on it: within the limit it was done in time all the same.
    [{ tookMs: 300_001, clock: 'wall' }, 'unknown'],
    [{ tookMs: 299_000, clock: 'wall' }, 'pass'],
  ] as const)('%o is %s', (change, verdict) => {
    expect(step(withManual(change), 'call')?.verdict).toBe(verdict);
  });

  test('says when its time is wall time', () => {
    expect(step(withManual({ clock: 'wall' }), 'call')?.summary).toContain('by wall time');
  });
});

describe('abort criteria', () => {
  const { losses } = sampleSummary();
  const lossy = sampleSummary({ verdict: 'fail', losses: { ...losses, missingRecords: 3 } });
  const state = (run: RunSummary | null, index: number): string => {
    const progress = readProgress(recordOf([...OPENING(), ...scenarioStep('worker_failure', run)]));
    const [one, criterion] = [progress?.steps[0], samplePlan().abort[index]];
    if (one === undefined || criterion === undefined) throw new Error('the sample has no such step');
    return judgeCriterion(criterion, one).state;
  };

  test.each([
    ['data lost', lossy, 0, 'met'],
    ['nothing lost', sampleSummary(), 0, 'not-met'],
    ['a loss that the objective allows', { ...lossy, verdict: 'pass' as const }, 0, 'not-met'],
    ['not all read again', sampleSummary({ losses: { ...losses, isEveryLedgerRead: false } }), 0, 'unknown'],
    ['nothing known', null, 0, 'unknown'],
    ['too slow', sampleSummary({ recoverySeconds: { low: 301, best: null, high: null } }), 1, 'met'],
    ['at the limit', sampleSummary({ recoverySeconds: { low: 299, best: 300, high: 301 } }), 1, 'unknown'],
    ['quick', sampleSummary(), 1, 'not-met'],
    ['what only people see', lossy, 3, 'not-met'],
  ] as const)('%s', (_, run, index, expected) => {
    expect(state(run, index)).toBe(expected);
  });

  test('one that was met and overruled stays in the report with both', () => {
    const bodies: GameDayBody[] = [
      ...OPENING(),
      ...scenarioStep('worker_failure', lossy),
      { type: 'criterion.met', criterion: 0, step: 'worker_failure', text: '3 records missing.' },
      { type: 'criterion.overruled', criterion: 0, step: 'worker_failure', reason: 'known and harmless' },
    ];
    expect(judge(bodies).criteria[0]).toMatchObject({
      state: 'met-and-overruled',
      detail: '3 records missing. Overruled: known and harmless',
    });
  });

  test('one that could not be told is not reported as not met', () => {
    const day = withRun(sampleSummary({ losses: { ...losses, isEveryLedgerRead: false } }));
    expect(day.criteria[0]).toMatchObject({ state: 'seen-to', step: 'worker_failure' });
  });
});

test('a day in two sessions: the gap takes no room on the axis, and a crash is told from a break', () => {
  const bodies = wholeDay();
  const again = { type: 'session.began', pid: 2, startTicks: 2, attended: true, tornBytes: 0 } as const;
  const crashed = judge(bodies.toSpliced(12, 0, again));
  expect(crashed.sessions.map(({ after, gapSeconds }) => [after, gapSeconds])).toEqual([
    [null, null],
    ['crash', 1800],
  ]);
  expect(crashed.durationSeconds).toBeLessThan(1800);
  const paused = judge(bodies.toSpliced(12, 0, { type: 'paused' }, again));
  expect(paused.sessions[1]?.after).toBe('break');
  const note = crashed.axis.find(({ kind }) => kind === 'observation');
  const bar = crashed.bars.find(({ step: id }) => id === 'call');
  if (note === undefined || bar === undefined) throw new Error('nothing is drawn');
  expect(bar.fromSeconds < note.atSeconds && note.atSeconds < bar.toSeconds).toBe(true);
});

test('open action items of earlier days are there until somebody says that they are done', () => {
  const item = { id: 'game-day-1#1', what: 'Write it down', owner: 'Ben', due: '2026-11-01' };
  const bodies = wholeDay().map((body) => (body.type === 'day.began' ? { ...body, openItems: [item] } : body));
  const day = judge(bodies);
  expect(day.items).toMatchObject([{ ...item, isOld: true, state: 'open' }]);
  expect(day.findings.some(({ text }) => text.includes('overdue since 2026-11-01'))).toBe(true);
  const closed = judge([...bodies, { type: 'item.closed', id: item.id, remark: 'done in May' }]);
  expect(closed.items[0]).toMatchObject({ state: 'closed', remark: 'done in May' });
});

describe('when a fault was undone, and when the stack was steady again', () => {
  test('are two numbers, each from what was recorded', () => {
    const day = judge(wholeDay());
    expect(step(day, 'worker_failure')).toMatchObject({ run: { faultUndoneSeconds: 40 }, steadyAgainSeconds: 60 });
    // Nobody looked after the last one.
    expect(step(day, 'server_failure')?.steadyAgainSeconds).toBeNull();
    expect(step(day, 'call')?.steadyAgainSeconds).toBeNull();
  });

  test('a look that finds it not steady does not count, nor one in a later session, or after another run began', () => {
    const bodies = wholeDay();
    const second = bodies.findIndex((body) => body.type === 'steady' && body.step === 'server_failure');
    const not: GameDayBody = { type: 'steady', step: 'server_failure', isSteady: false, detail: 'One is missing.' };
    expect(step(judge(bodies.toSpliced(second, 0, not)), 'worker_failure')?.steadyAgainSeconds).toBe(70);
    const resumed: GameDayBody = { type: 'session.began', pid: 2, startTicks: 2, attended: true, tornBytes: 0 };
    expect(step(judge(bodies.toSpliced(second, 0, resumed)), 'worker_failure')?.steadyAgainSeconds).toBeNull();
    expect(step(judge(bodies.toSpliced(second, 1)), 'worker_failure')?.steadyAgainSeconds).toBeNull();
  });

  test('a day of before is shown all the same', () => {
    const old = recordOf(wholeDay()).map((event) => {
      const line: Record<string, unknown> = { ...event };
      delete line['faultUndoneAfterMs'];
      if (event.type === 'scenario.ended' && event.run !== null) {
        const { faultUndoneSeconds: _none, ...run } = event.run;
        line['run'] = run;
      }
      return gameDayEventSchema.parse(line);
    });
    expect(step(judgeGameDay(old), 'worker_failure')?.run?.faultUndoneSeconds).toBeNull();
  });

  test('a stop has both, from the key on', () => {
    const bodies = wholeDay().flatMap((body): GameDayBody[] => {
      if (body.type !== 'scenario.ended' || body.step !== 'worker_failure') return [body];
      const stop: GameDayBody = { type: 'stopped', step: body.step, by: 'key' };
      return [stop, { ...body, faultUndoneAfterMs: 400, undoneAfterMs: 1300 }];
    });
    expect(judge(bodies).stops).toEqual([
      { step: 'worker_failure', faultUndoneAfterSeconds: 0.4, undoneAfterSeconds: 1.3 },
    ]);
  });
});

test('what is not known of a run is a finding: that it was stopped, for one', () => {
  const run = sampleSummary({ verdict: 'unknown', outcome: 'interrupted', headline: 'Interrupted by somebody.' });
  const texts = withRun(run).findings.map(({ severity, text }) => `${severity}: ${text}`);
  expect(texts).toContain('low: worker_failure: Interrupted by somebody.');
});

describe('a step that failed', () => {
  const run = sampleSummary({
    verdict: 'fail',
    headline: 'The API did not stay available. 2 outages; allowed 2.00 s.',
    causes: [
      { check: 'api_availability', verdict: 'fail', summary: '2 outages; allowed 2.00 s.' },
      { check: 'job_outcome', verdict: 'fail', summary: 'The job failed.' },
    ],
  });
  const texts = withRun(run).findings.map(({ text }) => text);

  test('is told once for each cause', () => {
    expect(texts.filter((text) => text.includes('2 outages'))).toHaveLength(1);
    expect(texts.filter((text) => text.includes('job_outcome: The job failed.'))).toHaveLength(1);
  });

  test('says for each number what was expected', () => {
    expect(texts.find((text) => text.includes('not as expected'))).toContain(
      'worker_failure: not as expected: “It goes on.” Measured: passes against its documented objective → FAIL; recovered within 1 min 00 s → 16.0 s',
    );
  });
});
