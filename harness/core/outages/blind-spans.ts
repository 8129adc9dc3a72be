import type { Millis } from '../clock.ts';

/** A stretch of time in which the prober itself did not look, so that nothing is known about the system. */
export interface BlindSpan {
  readonly start: Millis;
  readonly end: Millis;
}

/** The spans in order, with overlapping ones joined. */
export function mergeSpans(spans: readonly BlindSpan[]): BlindSpan[] {
  const merged: { start: Millis; end: Millis }[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last !== undefined && span.start <= last.end) last.end = Math.max(last.end, span.end);
    else merged.push({ start: span.start, end: span.end });
  }
  return merged;
}

/** True when half of the stretch or more lies in the spans, which must be merged. */
export function isMostlyBlind(stretch: BlindSpan, merged: readonly BlindSpan[]): boolean {
  let blindMs = 0;
  let isTouched = false;
  for (const span of merged) {
    const overlap = Math.min(span.end, stretch.end) - Math.max(span.start, stretch.start);
    if (overlap < 0) continue;
    isTouched = true;
    blindMs += overlap;
  }
  return isTouched && blindMs * 2 >= stretch.end - stretch.start;
}
