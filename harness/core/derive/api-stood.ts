import type { History } from '../history.ts';
import { API_PROBE } from '../probe-names.ts';

/**
 * Whether the API stood until a moment, of one that is away now: the first of the bad answers was asked for later. One that was under way at that moment counts
 * against it, since an API that stands answers at once; so does an API that never answered.
 */
export function apiStoodUntil(history: History, atMs: number): boolean {
  const samples = history
    .all('sample')
    .filter(({ probe }) => probe === API_PROBE)
    .toSorted((a, b) => a.start - b.start);
  const lastGood = samples.findLastIndex(({ ok }) => ok);
  return lastGood !== -1 && (samples[lastGood + 1]?.start ?? Infinity) >= atMs;
}
