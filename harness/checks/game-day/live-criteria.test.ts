import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../core/events.ts';
import type { AbortCriterion } from '../../core/game-day/plan.ts';
import { History } from '../../core/history.ts';
import { OVERDUE_MARGIN_MS, overdueRecovery } from '../../core/derive/overdue-recovery.ts';
import { parseRecord } from '../../store/record-reader.ts';
import { RECORD_FILE } from '../../store/record-writer.ts';
import { measuredRecovery } from '../recovery-time.ts';
import { databaseEvents } from '../testing/build-database-history.ts';
import { judgeWhileRunning } from './abort-criteria.ts';

/*
 * A criterion that is judged while a run goes on could lie: by calling a recovery missing that is only not in the record yet; by a limit that was over while
 * nobody looked; by a moment that is told late; by looking at a run that is being put away.
 */

const SAMPLE = fileURLToPath(new URL(`../../../reports/sample/${RECORD_FILE}`, import.meta.url));
/** A whole passing run of worker_failure. */
const events = parseRecord(readFileSync(SAMPLE)).events;
const whole = new History(1, events);
const measured = measuredRecovery(whole)?.time ?? { low: NaN, best: NaN, high: NaN };
const clockHigh = whole.first('fault.injected')?.end ?? NaN;

const cut = (length: number, of: readonly RunEvent[] = events): History => new History(1, of.slice(0, length));
/** The first cut by which it is certain; undefined where no cut makes it so. */
function metAt(limitMs: number, of: readonly RunEvent[] = events): number | undefined {
  const first = of.findIndex((event) => event.t > clockHigh + limitMs);
  for (let length = Math.max(0, first); length <= of.length; length += 1) {
    if (overdueRecovery(cut(length, of), limitMs) !== undefined) return length;
  }
  return undefined;
}
/** The record as it would be, had the recovery not come: nothing more arrives at any destination. */
const withoutRecovery = events.flatMap((event): RunEvent[] => {
  if (event.type !== 'delivery' || event.end < clockHigh) return [event];
  const before = whole.all('delivery').findLast((look) => look.end < clockHigh);
  return [{ ...event, rows: before?.rows ?? 0, maxSeq: before?.maxSeq ?? 0 }];
});

describe('a recovery that does not come', () => {
  test('is overdue a margin after the limit, and the event that shows it is named', () => {
    const at = metAt(8000, withoutRecovery);
    const overdue = overdueRecovery(cut(at ?? 0, withoutRecovery), 8000);
    expect(overdue?.event).toBe((at ?? 0) - 1);
    expect(overdue?.atMs).toBe(withoutRecovery[(at ?? 0) - 1]?.t);
    expect(overdue?.atMs).toBeGreaterThanOrEqual(clockHigh + 8000 + OVERDUE_MARGIN_MS);
    expect(overdue?.atMs).toBeLessThan(clockHigh + 8000 + OVERDUE_MARGIN_MS + 1000);
    expect(overdue?.lastedMs).toBeGreaterThanOrEqual(8000);
  });

  test('meets the criterion of the plan, in words, and no other criterion is judged before the end', () => {
    const history = cut(metAt(8000, withoutRecovery) ?? 0, withoutRecovery);
    const criteria: readonly AbortCriterion[] = [
      { when: 'recovery_longer_than', limit: '8s' },
      { when: 'data_lost' },
      { when: 'scenario_failed' },
      { when: 'not_put_right' },
    ];
    const [met, ...others] = criteria.map((criterion) => judgeWhileRunning(criterion, history));
    expect(met).toMatchObject({
      state: 'met',
      text: expect.stringMatching(/^Not recovered 8\.\d+ s after the fault; the limit is 8\.00 s\./),
    });
    expect(others).toEqual([undefined, undefined, undefined]);
  });

  test('is not called that while the run is being put away', () => {
    const teardown = withoutRecovery.findIndex((event) => event.type === 'phase' && event.name === 'teardown');
    const cutShort = withoutRecovery.filter((event, i) => i >= teardown || event.t < clockHigh + 4000);
    for (let length = cutShort.length - 5; length <= cutShort.length; length += 1)
      expect(overdueRecovery(cut(length, cutShort), 8000)).toBeUndefined();
  });
});

describe('a recovery that comes', () => {
  test('within the limit, by a millisecond, never meets it', () => {
    expect(metAt(measured.high + 1)).toBeUndefined();
  });

  test('a margin later than the limit is known to be late before it comes', () => {
    const limitMs = measured.low - OVERDUE_MARGIN_MS - 1000;
    expect(metAt(limitMs)).toBeDefined();
  });

  test('is never called late at any cut, unless the whole record says so too', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: events.length }),
        fc.integer({ min: 100, max: 40_000 }),
        (length, limitMs) => {
          expect(overdueRecovery(cut(length), limitMs) === undefined || measured.low > limitMs).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('within the limit is never called late, whatever is missing from a record that lags behind', () => {
    const lagging = fc.record({
      length: fc.integer({ min: 700, max: events.length }),
      beyondMs: fc.integer({ min: 0, max: 20_000 }),
      // What an observer that hangs has not written: all of its kind from then on.
      type: fc.constantFrom('delivery', 'sample', 'job', 'component', 'fault.evidence'),
      fromMs: fc.integer({ min: 23_400, max: 60_000 }),
    });
    fc.assert(
      fc.property(lagging, ({ length, beyondMs, type, fromMs }) => {
        const known = events.slice(0, length).filter((event) => event.type !== type || event.t < fromMs);
        const overdue = overdueRecovery(cut(known.length, known), measured.high + beyondMs);
        // Jobs and instances have no looks in the record: this recovery is not seen by them.
        expect(overdue).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });
});

describe('a limit that was over while nobody looked', () => {
  test('is no reason: a machine that slept is watched for a margin after it woke', () => {
    const asleepFrom = clockHigh + 3000;
    const slept = 600_000;
    const woke = withoutRecovery.map((event): RunEvent => {
      if (event.t < asleepFrom) return event;
      const moved = { ...event, t: event.t + slept };
      if (moved.type !== 'delivery' && moved.type !== 'sample') return moved;
      const later = { start: moved.start + slept, end: moved.end + slept };
      if (moved.type === 'delivery') return { ...moved, ...later, previousStart: moved.previousStart + slept };
      return { ...moved, ...later, intended: moved.intended + slept };
    });
    const at = metAt(8000, woke);
    expect(woke[(at ?? 0) - 1]?.t).toBeGreaterThanOrEqual(asleepFrom + slept + OVERDUE_MARGIN_MS);
  });
});

test('what is told late is not judged before the end: only the whole record can place it', () => {
  const until = events.map((event): RunEvent =>
    event.type === 'run.started'
      ? { ...event, recoveryEnds: { ...event.recoveryEnds, milestone: 'schedule-dispatched' } }
      : event,
  );
  expect(metAt(5000, until)).toBeUndefined();
});

describe('a database', () => {
  /** With the phases of a run, and a line at its end. */
  const story = (changes: Parameters<typeof databaseEvents>[0]): RunEvent[] => {
    const told = databaseEvents({ ...changes, endMs: 60_000 });
    const at = told.findIndex((event) => event.type === 'fault.evidence') + 1;
    const phase: RunEvent = { i: 0, t: told[at - 1]?.t ?? 0, trial: 1, type: 'phase', name: 'recovery' };
    return [...told.slice(0, at), phase, ...told.slice(at)].map((event, i) => ({ ...event, i }));
  };
  const isEverOverdue = (limitMs: number, of: readonly RunEvent[]): boolean =>
    of.some((_, index) => overdueRecovery(cut(index + 1, of), limitMs) !== undefined);

  test('without a new primary is overdue by writes that are not acknowledged', () => {
    expect(isEverOverdue(10_000, story({ promotedAt: undefined, apiBackAt: undefined }))).toBe(true);
  });

  test('that is back by a millisecond within the limit is not', () => {
    const back = story({});
    const { time } = measuredRecovery(new History(1, back)) ?? {};
    expect(time?.high).toBeGreaterThan(19_000);
    expect(isEverOverdue((time?.high ?? 0) + 1, back)).toBe(false);
  });

  test('is not called overdue while a watch is in trouble', () => {
    const alone = story({ promotedAt: undefined, apiBackAt: undefined });
    const at = alone.findIndex(({ type }) => type === 'phase') + 1;
    const note: RunEvent = {
      i: at,
      t: alone[at - 1]?.t ?? 0,
      trial: 1,
      type: 'note',
      level: 'warning',
      text: 'cut off',
    };
    const troubled = [...alone.slice(0, at), note, ...alone.slice(at)].map((event, i) => ({ ...event, i }));
    expect(isEverOverdue(10_000, troubled)).toBe(false);
  });
});
