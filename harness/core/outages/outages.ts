import type { ProberHealth, Sample } from '../probe.ts';
import { trackOutages, type OutageOptions, type OutageReport } from './outage-tracker.ts';

export { trackOutages } from './outage-tracker.ts';
export type { Outage, OutageReport } from './outage-tracker.ts';

/**
 * Finds the outages in the samples of one probe, given in any order, with bounds as DESIGN §4 has them. `health` is what
 * the prober reported about itself in the same time.
 */
export function findOutages(
  samples: readonly Sample[],
  options: OutageOptions & { readonly health?: readonly ProberHealth[] },
): OutageReport {
  const tracker = trackOutages(options);
  for (const health of options.health ?? []) tracker.addHealth(health);
  for (const sample of samples.toSorted((a, b) => a.intended - b.intended)) tracker.push(sample);
  return tracker.report();
}
