import type { Bounds } from '../core/bounds.ts';
import { formatMillis } from '../core/duration.ts';

/** A measured time for people: `17.3 s (17.1–17.5 s)`. */
export function describeBounds(bounds: Bounds): string {
  if (!Number.isFinite(bounds.high)) return `more than ${formatMillis(bounds.low)}`;
  return `${formatMillis(bounds.best)} (${formatMillis(bounds.low)} – ${formatMillis(bounds.high)})`;
}

/** `1 record`, `2 records`. */
export function count(amount: number, singular: string, plural = `${singular}s`): string {
  return `${amount.toLocaleString('en-US')} ${amount === 1 ? singular : plural}`;
}

/** Of many as many as a person reads. */
export const MOST_NAMED = 5;

/** The first of them, and how many more there are: `a, b, c, d, e and 2 more`. */
export function nameSome(all: readonly string[], separator = ', '): string {
  const more = all.length > MOST_NAMED ? ` and ${all.length - MOST_NAMED} more` : '';
  return `${all.slice(0, MOST_NAMED).join(separator)}${more}`;
}

/** In place of `nothing was lost`, where nobody could have known. */
export const NOT_COUNTED = 'whether anything was lost was not counted';
