import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Sample } from '../probe.ts';
import { seededRandom } from '../random.ts';
import { findOutages, trackOutages, type Outage } from './outages.ts';

/** A sample every 50 ms that takes 2 ms; `g` good, `b` bad. */
function history(text: string): Sample[] {
  return Array.from(text, (letter, index) => sample(index * 50, 2, letter === 'g'));
}

function sample(start: number, tookMs: number, ok: boolean, more: Partial<Sample> = {}): Sample {
  return { probe: 'api', intended: start, start, end: start + tookMs, ok, ...more };
}

function onlyOutage(samples: readonly Sample[]): Outage {
  const { outages } = findOutages(samples, { everyMs: 50 });
  expect(outages).toHaveLength(1);
  const [outage] = outages;
  if (outage === undefined) throw new Error('no outage');
  return outage;
}

describe('the bounds of an outage', () => {
  test('run from the last good start to the first bad end, and from the last bad start to the first good end', () => {
    const outage = onlyOutage(history('gggbbbggg'));
    expect(outage.start).toEqual({ low: 100, best: 126, high: 152 });
    expect(outage.end).toEqual({ low: 250, best: 276, high: 302 });
    expect(outage.duration).toEqual({ low: 98, best: 150, high: 202 });
    expect(outage).toMatchObject({ isOpen: false, isBlind: false, badSamples: 3, goodSamples: 0 });
  });

  test('stay open when the samples end before it has recovered', () => {
    const outage = onlyOutage(history('gggbbbgg'));
    expect(outage.isOpen).toBe(true);
    expect(outage.end).toEqual({ low: 250, best: Infinity, high: Infinity });
    expect(outage.duration).toEqual({ low: 98, best: Infinity, high: Infinity });
  });

  test('have no lower end when the first sample was bad already', () => {
    const outage = onlyOutage(history('bbggg'));
    expect(outage.start.low).toBe(-Infinity);
    expect(outage.duration.high).toBe(Infinity);
  });

  test('do not wait for a hanging sample when later ones were good', () => {
    const hanging = [100, 150].map((start) =>
      sample(start, 1000, false, { hung: true, note: 'timeout after 1000 ms' }),
    );
    const outage = onlyOutage([sample(0, 2, true), sample(50, 2, true), ...hanging, ...after(200, 30)]);
    expect(outage.end).toEqual({ low: 150, best: 176, high: 202 });
    expect(outage.start.high).toBe(1100);
    expect(outage.notes).toEqual(['timeout after 1000 ms']);
  });

  test('begin at the reset of a slow request and not where that request was sent', () => {
    const cutOff = sample(100, 403, false, { note: 'ECONNRESET' });
    const refused = [500, 550].map((start) => sample(start, 1, false));
    const outage = onlyOutage([...after(0, 2), cutOff, ...after(150, 7), ...refused, ...after(600, 5)]);
    expect(outage.start.high).toBe(501);
    expect(outage.start.best).toBeCloseTo(476, 0);
    expect(outage.end).toMatchObject({ low: 550, high: 602 });
  });

  test('do not believe a good sample that a later start has overtaken', () => {
    // The good sample at 150 ms ended before the bad one at 100 ms did: either may have been served first.
    const outage = onlyOutage([...after(0, 2), sample(100, 80, false), ...after(150, 8)]);
    expect(outage.start).toMatchObject({ low: 50, high: 180 });
    expect(outage.end).toMatchObject({ low: 100, high: 202 });
  });

  test('do not begin after a good sample that was still in flight, which may have been served afterwards', () => {
    const slow = sample(50, 200, true);
    const outage = onlyOutage([sample(0, 2, true), slow, sample(100, 2, false), ...after(150, 5)]);
    expect(outage.start).toMatchObject({ low: 0, high: 102 });
  });

  test('take it from requests that were answered late when a frozen process went on', () => {
    const hung = [100, 150, 200].map((start) => sample(start, 500, false, { hung: true }));
    const drained = [250, 300, 350, 400, 450, 500, 550, 600, 650].map((start) => sample(start, 700 - start, true));
    const outage = onlyOutage([...after(0, 2), ...hung, ...drained, ...after(700, 3)]);
    expect(outage.end).toMatchObject({ low: 200, high: 700 });
    expect(outage.end.best).toBeGreaterThan(690);
  });
});

function after(start: number, count: number): Sample[] {
  return Array.from({ length: count }, (_, index) => sample(start + index * 50, 2, true));
}

describe('flapping', () => {
  test('does not end an outage', () => {
    const outage = onlyOutage(history('gggbggbggbggg'));
    expect(outage).toMatchObject({ badSamples: 3, goodSamples: 4 });
    expect(outage.end.low).toBe(450);
  });

  test('ends one when fewer good samples are asked for', () => {
    expect(findOutages(history('gggbggbggbggg'), { everyMs: 50, recoveredAfter: 2 }).outages).toHaveLength(3);
  });
});

describe('a history without an outage', () => {
  test('has none, however slow the good samples are', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.1, max: 900, noNaN: true }), { maxLength: 80 }), (latencies) => {
        const samples = latencies.map((latency, index) => sample(index * 50, latency, true));
        const report = findOutages(samples, { everyMs: 50 });
        expect(report).toMatchObject({ outages: [], bad: 0, good: samples.length, missed: 0, blindSpans: [] });
      }),
    );
  });
});

test('without overlapping samples the bounds are those of the rule, for any history', () => {
  const letters = fc.array(fc.constantFrom('g', 'g', 'b'), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(letters, fc.integer({ min: 1, max: 5 }), (drawn, recoveredAfter) => {
      const text = drawn.join('');
      const found = findOutages(history(text), { everyMs: 50, recoveredAfter }).outages;
      const groups = [...text.matchAll(new RegExp(`b(?:g{0,${recoveredAfter - 1}}b)*`, 'g'))];
      expect(found).toHaveLength(groups.length);
      for (const [nth, group] of groups.entries()) {
        const first = group.index;
        const last = first + group[0].length - 1;
        const isOpen = text.length - 1 - last < recoveredAfter;
        expect(found[nth]?.isOpen).toBe(isOpen);
        expect(found[nth]?.start).toMatchObject({
          low: first === 0 ? -Infinity : (first - 1) * 50,
          high: first * 50 + 2,
        });
        expect(found[nth]?.end).toMatchObject({ low: last * 50, high: isOpen ? Infinity : (last + 1) * 50 + 2 });
      }
    }),
  );
});

type Kind = 'answers-503' | 'resets' | 'hangs' | 'freezes';

interface Simulation {
  readonly kind: Kind;
  readonly everyMs: number;
  readonly phaseMs: number;
  readonly outageMs: number;
  readonly timeoutMs: number;
  /** Latencies as a share of the period; more than 1 lets requests overtake each other. */
  readonly mostLatency: number;
  readonly jitter: number;
  readonly seed: number;
}

const OUTAGE_AT = 3000;

/** A server that is down from OUTAGE_AT for `outageMs`, as a prober with random latencies sees it. */
function simulate(how: Simulation): Sample[] {
  const random = seededRandom(how.seed);
  const downAt = OUTAGE_AT;
  const upAt = OUTAGE_AT + how.outageMs;
  const until = upAt + how.timeoutMs + 20 * how.everyMs * (1 + how.mostLatency);
  const samples: Sample[] = [];
  for (let intended = how.phaseMs; intended < until; intended += how.everyMs) {
    const start = intended + random.next() * how.jitter * how.everyMs;
    const latency = (0.01 + 0.99 * random.next()) * how.mostLatency * how.everyMs;
    const served = start + latency * random.next();
    samples.push({ probe: 'api', intended, start, ...answer(start, served, start + latency) });
  }
  return samples;

  function answer(start: number, served: number, end: number): Pick<Sample, 'end' | 'ok' | 'hung'> {
    const isDown = served >= downAt && served < upAt;
    switch (how.kind) {
      case 'answers-503':
        return { end, ok: !isDown };
      case 'resets':
        // What is under way when the server goes down is cut off.
        if (start < downAt && end >= downAt) return { end: downAt + 0.1, ok: false };
        return { end, ok: !isDown };
      case 'hangs':
        return isDown ? { end: start + how.timeoutMs, ok: false, hung: true } : { end, ok: true };
      case 'freezes': {
        const late = isDown ? upAt + (end - served) : end;
        return late - start >= how.timeoutMs
          ? { end: start + how.timeoutMs, ok: false, hung: true }
          : { end: late, ok: true };
      }
      default:
        return how.kind satisfies never;
    }
  }
}

/** A hung sample counts from when it was sent, so with these the requests must arrive in order. */
const COUNTS_FROM_SENDING = new Set<Kind>(['hangs', 'freezes']);

const simulation: fc.Arbitrary<Simulation> = fc
  .record({
    kind: fc.constantFrom<Kind>('answers-503', 'resets', 'hangs', 'freezes'),
    everyMs: fc.integer({ min: 10, max: 200 }),
    phaseMs: fc.double({ min: 0, max: 200, noNaN: true }),
    outageMs: fc.oneof(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 200, max: 8000 })),
    timeoutMs: fc.integer({ min: 500, max: 2000 }),
    mostLatency: fc.oneof(
      fc.double({ min: 0.01, max: 0.5, noNaN: true }),
      fc.double({ min: 0.01, max: 3, noNaN: true }),
    ),
    jitter: fc.double({ min: 0, max: 0.5, noNaN: true }),
    seed: fc.integer({ min: 0, max: 1e9 }),
  })
  .filter(({ kind, mostLatency }) => !COUNTS_FROM_SENDING.has(kind) || mostLatency <= 0.5);

describe('a simulated server with a known outage', () => {
  test('has the truth inside the bounds in every case, and nothing else is found', () => {
    fc.assert(
      fc.property(simulation, (how) => {
        const samples = simulate(how);
        const { outages } = findOutages(samples, { everyMs: how.everyMs });
        expect(outages).toHaveLength(samples.some(({ ok }) => !ok) ? 1 : 0);
        for (const { start, end, duration, isOpen } of outages) {
          expect(isOpen).toBe(false);
          expectInside(OUTAGE_AT, start);
          expectInside(OUTAGE_AT + how.outageMs, end);
          expectInside(how.outageMs, duration);
        }
      }),
      { numRuns: 1500 },
    );
  });

  test('is never missed when the outage is longer than the period and the latency', () => {
    fc.assert(
      fc.property(simulation, (how) => {
        const longest = how.kind === 'freezes' ? how.timeoutMs : how.mostLatency * how.everyMs;
        fc.pre(how.outageMs > how.everyMs * (1 + how.jitter) + longest);
        expect(findOutages(simulate(how), { everyMs: how.everyMs }).outages).toHaveLength(1);
      }),
      { numRuns: 500 },
    );
  });

  test.each<Kind>(['answers-503', 'resets', 'hangs'])('is estimated without bias when it %s', (kind) => {
    const random = seededRandom(7);
    const errors = Array.from({ length: 2000 }, (_, seed) => {
      const outageMs = 200 + random.next() * 7800;
      const phaseMs = random.next() * 50;
      const samples = simulate({
        kind,
        everyMs: 50,
        phaseMs,
        outageMs,
        timeoutMs: 1000,
        mostLatency: 0.05,
        jitter: 0.02,
        seed,
      });
      return (findOutages(samples, { everyMs: 50 }).outages[0]?.duration.best ?? Infinity) - outageMs;
    });
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    expect(Math.abs(mean)).toBeLessThan(2);
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(54);
  });
});

function expectInside(truth: number, bounds: { low: number; high: number }): void {
  expect(bounds.low).toBeLessThanOrEqual(truth);
  expect(bounds.high).toBeGreaterThanOrEqual(truth);
}

describe('a prober that was stalled', () => {
  test('has blind spans where it took no samples, and counts the missed places', () => {
    const samples = history('gggggggggg').filter(({ start }) => start < 150 || start > 350);
    const report = findOutages(samples, { everyMs: 50 });
    expect(report.blindSpans).toEqual([{ start: 100, end: 400 }]);
    expect(report.missed).toBe(5);
  });

  test('marks an outage that lies only in what it could not see', () => {
    const stalled = sample(150, 600, false, { hung: true, note: 'timeout after 600 ms' });
    const samples = [...after(0, 3), stalled, ...after(760, 5)];
    expect(onlyOutage(samples).isBlind).toBe(true);
  });

  test('does not mark one that it saw besides', () => {
    const stalled = sample(150, 600, false, { hung: true });
    const samples = [...after(0, 3), stalled, sample(760, 2, false), ...after(810, 5)];
    expect(onlyOutage(samples).isBlind).toBe(false);
  });

  test('is believed when it reports its own delay', () => {
    const samples = history('ggggbbbbbggg');
    const health = [{ from: 190, to: 460, delayP99Ms: 270, delayMaxMs: 270, samples: 0 }];
    const report = findOutages(samples, { everyMs: 50, health });
    expect(report.outages[0]?.isBlind).toBe(true);
    expect(report.blindSpans).toEqual([{ start: 190, end: 460 }]);
    const calm = { from: 190, to: 460, delayP99Ms: 20, delayMaxMs: 20, samples: 0 };
    expect(findOutages(samples, { everyMs: 50, health: [calm] }).outages[0]?.isBlind).toBe(false);
  });
});

test('a live watcher hears of an outage at its first bad sample and when it counts as recovered', () => {
  const heard: string[] = [];
  const tracker = trackOutages({
    everyMs: 50,
    onOutageStart: ({ start }) => heard.push(`start ${start.low}`),
    onOutageEnd: ({ end }) => heard.push(`end ${end.high}`),
  });
  for (const each of history('ggbbggg')) tracker.push(each);
  expect(heard).toEqual(['start 50', 'end 202']);
});
