import type { Bounds } from '../../core/bounds.ts';
import type { Finding, QuantityChange, QuantityGroup, Significance } from '../../core/comparison.ts';
import { formatMillis } from '../../core/duration.ts';
import { hodgesLehmann } from '../../core/statistics/hodges-lehmann.ts';
import { median } from '../../core/statistics/median.ts';
import { significanceOfSamples } from './significance.ts';

/** One number of each trial of two runs. Bounds in the unit; null where it was not seen or not counted. */
export interface Quantity {
  readonly group: QuantityGroup;
  readonly id: string;
  readonly title: string;
  readonly unit: 's' | 'count';
  readonly before: readonly (Bounds | null)[];
  readonly after: readonly (Bounds | null)[];
}

const NEVER: Bounds = { low: 0, best: Infinity, high: Infinity };

/** What became of one quantity; undefined when neither run has a value for it. */
export function compareQuantity(quantity: Quantity): QuantityChange | undefined {
  const { group, id, title, unit, before, after } = quantity;
  const [a, b] = [before.map((value) => value ?? NEVER), after.map((value) => value ?? NEVER)];
  const seen = { before: countSeen(a), after: countSeen(b) };
  if (seen.before + seen.after === 0) return undefined;
  const difference = differenceOf(a, b);
  const significance = significanceOfSamples(
    a.map(({ best }) => best),
    b.map(({ best }) => best),
  );
  const finding = findingOf(seen.before / a.length, seen.after / b.length, difference, significance);
  const [medianBefore, medianAfter] = [medianOf(a), medianOf(b)];
  return {
    group,
    id,
    title,
    unit,
    before: a.map(({ best }) => finite(best)),
    after: b.map(({ best }) => finite(best)),
    medianBefore,
    medianAfter,
    difference,
    finding,
    significance,
    sentence: describe(quantity, finding, difference, significance, seen),
  };
}

/** With one trial a side this is the difference of two intervals; with more it is the Hodges–Lehmann estimate at each edge. */
function differenceOf(a: readonly Bounds[], b: readonly Bounds[]): QuantityChange['difference'] {
  const low = hodgesLehmann(
    a.map(({ high }) => high),
    b.map(({ low: least }) => least),
  );
  const best = hodgesLehmann(
    a.map((value) => value.best),
    b.map((value) => value.best),
  );
  const high = hodgesLehmann(
    a.map(({ low: least }) => least),
    b.map((value) => value.high),
  );
  if (low === undefined || best === undefined || high === undefined) return null;
  return { low: round(low), best: round(best), high: round(high) };
}

function findingOf(
  seenBefore: number,
  seenAfter: number,
  difference: QuantityChange['difference'],
  significance: Significance | undefined,
): Finding {
  if (seenBefore !== seenAfter) return seenAfter > seenBefore ? 'appeared' : 'vanished';
  if (difference === null || (difference.low <= 0 && difference.high >= 0)) return 'none';
  if (significance !== undefined && !significance.isSignificant) return 'not-significant';
  return difference.best > 0 ? 'higher' : 'lower';
}

const WORDS = {
  recovery: ['longer', 'shorter'],
  milestones: ['later', 'earlier'],
  losses: ['more', 'fewer'],
  outages: ['more', 'fewer'],
} as const satisfies Record<QuantityGroup, readonly [string, string]>;

function describe(
  { group, unit, before, after }: Quantity,
  finding: Finding,
  difference: QuantityChange['difference'],
  significance: Significance | undefined,
  seen: { readonly before: number; readonly after: number },
): string {
  const chance = significance === undefined ? '' : `; ${significance.sentence}`;
  const [more, less] = WORDS[group];
  switch (finding) {
    case 'appeared':
    case 'vanished':
      return `Seen in ${seen.before} of ${before.length} and then in ${seen.after} of ${after.length} trials${chance}.`;
    case 'none':
      if (difference === null) return 'No difference can be given.';
      if (difference.low === 0 && difference.high === 0) return 'No difference.';
      return `No difference that the bounds can tell: between ${signed(difference.low, unit)} and ${signed(difference.high, unit)}.`;
    case 'higher':
    case 'lower':
    case 'not-significant': {
      if (difference === null) return `Different${chance}.`;
      const word = difference.best > 0 ? more : group === 'outages' && unit === 's' ? 'less' : less;
      const amount = inUnit(Math.abs(difference.best), unit);
      const edges = [Math.abs(difference.low), Math.abs(difference.high)].toSorted((x, y) => x - y);
      const bounds = edges[0] === edges[1] ? '' : ` (${edges.map((edge) => inUnit(edge, unit)).join(' – ')})`;
      return `${amount} ${word}${bounds}${chance}.`;
    }
    default:
      return finding satisfies never;
  }
}

function countSeen(values: readonly Bounds[]): number {
  return values.filter(({ best }) => Number.isFinite(best)).length;
}

function medianOf(values: readonly Bounds[]): number | null {
  const middle = median(values.map(({ best }) => best));
  return middle === undefined ? null : finite(middle);
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? round(value) : null;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function inUnit(value: number, unit: 's' | 'count'): string {
  return unit === 's' ? formatMillis(value * 1000) : value.toLocaleString('en-US');
}

function signed(value: number, unit: 's' | 'count'): string {
  return `${value < 0 ? '−' : '+'}${inUnit(Math.abs(value), unit)}`;
}
