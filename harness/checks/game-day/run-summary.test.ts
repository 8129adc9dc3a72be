import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { RunEvent } from '../../core/events.ts';
import { journalSchema } from '../../core/journal.ts';
import { parseRecord } from '../../store/record-reader.ts';
import { summarizeRun } from './run-summary.ts';

/* How it could lie: call a fault undone of which a part is not; take the end of the run for it; make up a time that an old record does not have. */

const file = (name: string): string => fileURLToPath(new URL(`../../../reports/sample/${name}`, import.meta.url));
/** A whole passing run of worker_failure. */
const { events } = parseRecord(readFileSync(file('events.ndjson')));
const journal = journalSchema.parse(JSON.parse(readFileSync(file('journal.json'), 'utf8')));
const injected = events.find((event) => event.type === 'fault.injected');
const injectedAt = injected?.type === 'fault.injected' ? injected.end : NaN;

/** The record with these undos in the place of its own. */
function undone(
  ...undos: readonly { readonly nth: number; readonly succeeded?: boolean; readonly end?: number }[]
): number | null {
  const others = events.filter(({ type }) => type !== 'fault.undone');
  const own = undos.map(({ nth, succeeded = true, end }): RunEvent => {
    const when = end === undefined ? {} : { start: end - 1, end };
    return { i: 0, t: 0, trial: 1, type: 'fault.undone', fault: 'x', nth, succeeded, text: '', ...when };
  });
  const numbered = others.map((event) => (event.type === 'fault.injected' ? { ...event, nth: 1 } : event));
  return summarizeRun(journal, [...numbered, ...own]).faultUndoneSeconds;
}

test('a fault is undone with the last act of its undo', () => {
  expect(undone({ nth: 1, end: injectedAt + 2000 }, { nth: 1, end: injectedAt + 3500 })).toBe(3.5);
});

test('one that is tried again is undone when that succeeds, and not before', () => {
  expect(undone({ nth: 1, succeeded: false, end: injectedAt + 1000 })).toBeNull();
  expect(undone({ nth: 1, succeeded: false }, { nth: 1, end: injectedAt + 9000 })).toBe(9);
});

test('it is not known where nothing was undone, or an old record does not say when', () => {
  expect(undone()).toBeNull();
  expect(undone({ nth: 1 })).toBeNull();
});

test('of two faults both have to be undone', () => {
  const second: RunEvent = {
    i: 0,
    t: 0,
    trial: 1,
    type: 'fault.injected',
    fault: 'y',
    nth: 2,
    targets: [],
    start: 0,
    end: injectedAt + 500,
  };
  const undo = (nth: number, end: number): RunEvent => ({
    i: 0,
    t: 0,
    trial: 1,
    type: 'fault.undone',
    fault: 'x',
    nth,
    succeeded: true,
    text: '',
    start: end - 1,
    end,
  });
  const both = events
    .filter(({ type }) => type !== 'fault.undone')
    .map((event) => (event.type === 'fault.injected' ? { ...event, nth: 1 } : event));
  const of = (...more: readonly RunEvent[]): number | null =>
    summarizeRun(journal, [...both, second, ...more]).faultUndoneSeconds;
  expect(of(undo(1, injectedAt + 4000))).toBeNull();
  expect(of(undo(1, injectedAt + 4000), undo(2, injectedAt + 6000))).toBe(6);
});
