import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { findOutages, trackOutages } from '../core/outages/outages.ts';
import type { Sample } from '../core/probe.ts';
import { SampleOrder } from './sample-order.ts';

function sample(start: number, tookMs: number, ok: boolean, more: Partial<Sample> = {}): Sample {
  return { probe: 'api', intended: start, start, end: start + tookMs, ok, ...more };
}

test('samples that come as they end give the same outages as all of them at once', () => {
  const stretch = fc.record({
    ok: fc.boolean(),
    hung: fc.boolean(),
    tookMs: fc.double({ min: 0.1, max: 400, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 120 }), fc.integer({ min: 1, max: 300 }), (drawn, batchMs) => {
      const samples = drawn.map(({ ok, hung, tookMs }, index) =>
        sample(index * 50, tookMs, ok, !ok && hung ? { hung: true } : {}),
      );
      const tracker = trackOutages({ everyMs: 50 });
      const order = new SampleOrder((each) => tracker.push(each));
      for (let from = 0; from < 120 * 50 + 400; from += batchMs) {
        const now = from + batchMs;
        const ended = samples.filter(({ end }) => end >= from && end < now);
        const open = samples.filter(({ end }) => end >= now).map(({ intended }) => intended);
        order.add(ended.toReversed(), Math.min(now, ...open));
      }
      order.finish();
      expect(tracker.report()).toEqual(findOutages(samples.toReversed(), { everyMs: 50 }));
    }),
  );
});
