import type { Random } from '../harness/core/random.ts';

/** How a server can be out: no listener, accepting and never answering, or answering 503. */
export type OutageKind = 'refused' | 'hanging' | '503';
export const OUTAGE_KINDS: readonly OutageKind[] = ['refused', 'hanging', '503'];

export interface PlannedOutage {
  /** How long the server is up before. */
  readonly afterMs: number;
  readonly lengthMs: number;
}

/** When the server really went down and came up: each between two instants, in milliseconds on the shared clock. */
export interface TrueOutage {
  readonly down: readonly [before: number, after: number];
  readonly up: readonly [before: number, after: number];
}

export type ToServer =
  | { readonly type: 'start'; readonly originNs: string; readonly kind: OutageKind }
  | { readonly type: 'go'; readonly plan: readonly PlannedOutage[] };
export type FromServer =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'done'; readonly truth: readonly TrueOutage[] };

/**
 * Lengths and pauses at random, so that the phase against any sampling is random too. A pause is longer than a hung
 * sample's second and gives a sampler of one hertz time for two good samples.
 */
export function planOutages(count: number, longestMs: number, random: Random): PlannedOutage[] {
  return Array.from({ length: count }, () => ({
    afterMs: 2500 + random.next() * 1500,
    lengthMs: 200 + random.next() * (longestMs - 200),
  }));
}
