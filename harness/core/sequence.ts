/** Sequence numbers as inclusive ranges, `[[1, 500], [502, 502]]`: exact, and short when nothing is wrong. */
export type SequenceRange = readonly [from: number, to: number];

/** Ranges of a list of numbers in any order; numbers that occur twice count once. */
export function toRanges(numbers: Iterable<number>): SequenceRange[] {
  const sorted = [...new Set(numbers)].toSorted((a, b) => a - b);
  const ranges: [number, number][] = [];
  for (const value of sorted) {
    const last = ranges.at(-1);
    if (last !== undefined && value === last[1] + 1) last[1] = value;
    else ranges.push([value, value]);
  }
  return ranges;
}

export function countIn(ranges: readonly SequenceRange[]): number {
  return ranges.reduce((sum, [from, to]) => sum + (to - from + 1), 0);
}

/** What of `whole` is not in `part`. Both must be sorted and without overlaps, as {@link toRanges} makes them. */
export function subtractRanges(whole: readonly SequenceRange[], part: readonly SequenceRange[]): SequenceRange[] {
  const rest: SequenceRange[] = [];
  for (const [from, to] of whole) {
    let next = from;
    for (const [cutFrom, cutTo] of part) {
      if (cutTo < next) continue;
      if (cutFrom > to) break;
      if (cutFrom > next) rest.push([next, cutFrom - 1]);
      next = Math.max(next, cutTo + 1);
    }
    if (next <= to) rest.push([next, to]);
  }
  return rest;
}

/** For people: `1–500, 502` and "… and 3 more ranges" when there are many. */
export function formatRanges(ranges: readonly SequenceRange[], most = 5): string {
  const shown = ranges.slice(0, most).map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`));
  const more = ranges.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` … and ${more} more ranges` : '');
}
