import { expect, test } from 'vitest';
import { readRestore } from './restore-log.ts';

const GAP = {
  segment: '000000010000000000000007',
  problem: 'missing from the archive, although later segments are there',
};
const FETCHING = JSON.stringify({ type: 'progress', text: 'fetching' });
const FETCHED = JSON.stringify({ type: 'fetched', problems: [GAP] });
const RESTORED = JSON.stringify({
  type: 'restored',
  backupId: '20261123T152310',
  timeline: 2,
  restoredLsn: '0/1C00000',
  segmentsReplayed: 4,
  bytes: 31_000_000,
  phases: { verify: 900, restore: 1500, replay: 8000 },
  problems: [GAP],
});

test('a job that has said nothing yet has done nothing', () => {
  expect(readRestore('')).toEqual({
    progress: undefined,
    fetched: undefined,
    failed: undefined,
    restored: undefined,
    problems: [],
  });
});

test('a segment that is missing is known before the database begins', () => {
  const log = readRestore(`${FETCHING}\n${FETCHED}\n`);
  expect(log.progress).toBe('fetching');
  expect(log.fetched).toBeDefined();
  expect(log.problems).toEqual([GAP]);
});

test('the report is what the job said last', () => {
  expect(readRestore(`${FETCHED}\n${RESTORED}\n`).restored).toMatchObject({ timeline: 2, phases: { replay: 8000 } });
});

test('a line that is not whole yet, or not one of its own, is left out', () => {
  expect(readRestore(`(node:1) Warning\n${FETCHED}\n${RESTORED.slice(0, 60)}`)).toMatchObject({
    restored: undefined,
    problems: [GAP],
  });
});

test('a job that failed says why, and what it found', () => {
  const failed = JSON.stringify({ type: 'failed', message: 'The object store has no base backup.', problems: [] });
  expect(readRestore(`${FETCHING}\n${failed}\n`).failed).toMatchObject({ message: expect.stringContaining('no base') });
});
