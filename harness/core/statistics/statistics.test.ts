import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fisherExact } from './fisher-exact.ts';
import { hodgesLehmann } from './hodges-lehmann.ts';
import { mannWhitney } from './mann-whitney.ts';
import { median } from './median.ts';

/** Permeability of human chorioamnion: Hollander & Wolfe 1973, page 69, the example of R's `wilcox.test`. */
const TERM = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
const EARLY = [1.15, 0.88, 0.9, 0.74, 1.21];

describe('the exact Mann–Whitney test', () => {
  test.each([
    ['Hollander & Wolfe 1973: R gives W = 35', TERM, EARLY, 35, 0.2544122544],
    ["SciPy's example of ages at diagnosis", [19, 22, 16, 29, 24], [20, 11, 17, 12], 17, 1 / 9],
    ['the published table for 4 and 4: U = 0', [1, 2, 3, 4], [5, 6, 7, 8], 0, 2 / 70],
    ['the published table for 5 and 5: U = 2 is its critical value', [1, 2, 3, 4, 7], [5, 6, 8, 9, 10], 2, 8 / 252],
    ['ties, counted by enumeration in SciPy', [1, 2, 2, 5], [2, 5, 7, 9, 9], 2.5, 0.0793650794],
    ['more ties, counted likewise', [17, 17, 18], [18, 19, 25, 25], 0.5, 0.0857142857],
  ])('%s', (_source, x, y, u, pValue) => {
    const result = mannWhitney(x, y);
    expect(result.u).toBe(u);
    expect(result.pValue).toBeCloseTo(pValue, 9);
  });

  test.each([
    [1, 1, 1],
    [2, 2, 1 / 3],
    [3, 3, 0.1],
    [4, 4, 2 / 70],
    [1, 10, 2 / 11],
  ])('%i against %i trials can at best reach p = %d', (m, n, least) => {
    const x = Array.from({ length: m }, (_, i) => i);
    const y = Array.from({ length: n }, (_, i) => 100 + i);
    expect(mannWhitney(x, y).leastPValue).toBeCloseTo(least, 12);
    expect(mannWhitney(x, y).pValue).toBeCloseTo(least, 12);
  });

  test('says nothing of samples that are all the same', () => {
    expect(mannWhitney([5, 5, 5], [5, 5])).toMatchObject({ pValue: 1, leastPValue: 1 });
  });

  test('ranks what never happened last', () => {
    expect(mannWhitney([1, 2, 3, 4], [5, Infinity, Infinity, Infinity]).pValue).toBeCloseTo(2 / 70, 12);
  });

  test('refuses what it cannot rank', () => {
    expect(() => mannWhitney([], [1])).toThrow(RangeError);
    expect(() => mannWhitney([1], [Number.NaN])).toThrow(RangeError);
  });

  test('is the same with the samples exchanged, and for any monotone scale', () => {
    const sample = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        const { u, pValue, leastPValue } = mannWhitney(x, y);
        const swapped = mannWhitney(y, x);
        expect(swapped.pValue).toBeCloseTo(pValue, 12);
        expect(u + swapped.u).toBe(x.length * y.length);
        expect(
          mannWhitney(
            x.map((value) => value ** 3),
            y.map((value) => value ** 3),
          ).pValue,
        ).toBe(pValue);
        expect(leastPValue).toBeLessThanOrEqual(pValue);
        expect(pValue).toBeGreaterThan(0);
      }),
    );
  });

  test('a hundred trials a side are still exact and symmetric', () => {
    const x = Array.from({ length: 100 }, (_, i) => 2 * i);
    const y = x.map((value) => value + 1);
    expect(mannWhitney(x, y).pValue).toBeCloseTo(mannWhitney(y, x).pValue, 9);
  });
});

describe("Fisher's exact test", () => {
  test.each([
    ["Fisher's tea tasting, 1935", [3, 4], [1, 4], 0.4857142857],
    ["convictions of twins, the example of R's `fisher.test`", [2, 12], [15, 18], 0.0005367241],
    ['three of three against one of three', [3, 3], [1, 3], 0.4],
    ['ten of ten against four of ten', [10, 10], [4, 10], 0.0108359133],
    ['no difference at all', [5, 5], [5, 5], 1],
  ] as const)('%s', (_source, [a, ofA], [b, ofB], pValue) => {
    expect(fisherExact({ hits: a, total: ofA }, { hits: b, total: ofB }).pValue).toBeCloseTo(pValue, 9);
  });

  test('knows the least p-value that the margins allow', () => {
    expect(fisherExact({ hits: 3, total: 3 }, { hits: 0, total: 3 }).leastPValue).toBeCloseTo(0.1, 12);
    expect(fisherExact({ hits: 1, total: 1 }, { hits: 0, total: 1 }).leastPValue).toBe(1);
  });

  test('refuses what is no rate', () => {
    expect(() => fisherExact({ hits: 4, total: 3 }, { hits: 0, total: 3 })).toThrow(RangeError);
  });
});

describe('the Hodges–Lehmann estimate', () => {
  test('is the difference in location that R gives for Hollander & Wolfe', () => {
    expect(hodgesLehmann(EARLY, TERM)).toBeCloseTo(0.305, 12);
  });

  test('is the plain difference of two single values, and zero of two that never came', () => {
    expect(hodgesLehmann([10], [12.5])).toBe(2.5);
    expect(hodgesLehmann([Infinity], [Infinity])).toBe(0);
  });

  test('does not exist when what is compared never happened', () => {
    expect(hodgesLehmann([1, 2], [Infinity, Infinity])).toBeUndefined();
    expect(hodgesLehmann([], [1])).toBeUndefined();
  });
});

test('a median lies in the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([1, Infinity, Infinity])).toBe(Infinity);
  expect(median([])).toBeUndefined();
});
