import { expect, test } from 'vitest';
import type { ProbeOutcome } from './probe-client.ts';
import { readBatch, SampleBatchWriter } from './sample-batch.ts';

test('samples come out of a batch as they went in', () => {
  const outcomes: ProbeOutcome[] = [
    { ok: true },
    { ok: false, note: '503' },
    { ok: false, hung: true, note: 'timeout after 1000 ms' },
    { ok: true, write: { seq: 2 ** 40, outcome: 'acknowledged' } },
    { ok: false, note: 'ECONNREFUSED', write: { seq: 2, outcome: 'failed' } },
    { ok: false, hung: true, write: { seq: 3, outcome: 'indeterminate' } },
  ];
  const writer = new SampleBatchWriter();
  for (const [index, outcome] of outcomes.entries()) writer.add(index, 100.125, 100.25, 101.5, outcome);
  const batch = writer.take(99);
  expect(batch.settledUntil).toBe(99);
  expect(readBatch(batch, (probe) => `p${probe}`)).toEqual(
    outcomes.map((outcome, index) =>
      Object.assign({ probe: `p${index}`, intended: 100.125, start: 100.25, end: 101.5 }, outcome),
    ),
  );
  expect(readBatch(writer.take(100), String)).toEqual([]);
});
