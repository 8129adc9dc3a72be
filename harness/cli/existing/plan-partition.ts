import { PARTITIONED } from '../../../scenarios/existing/pod-cut-off.ts';
import { ChaosError } from '../../core/errors.ts';
import type { Parameters } from '../../core/scenario.ts';
import { CLAIMED_WITHIN_MS } from '../../faults/index.ts';
import type { Target } from '../../profiles/translate/translation.ts';
import { settingsOf } from './plan-existing.ts';

const { cutSeconds, expirySeconds, removedWithinSeconds, probeEveryMs, syncWithinMinutes, schedulesWithinMinutes } =
  PARTITIONED;
/** What may be set by hand in a run that cuts a pod off; the rest follows from what was found. */
const SETTABLE = {
  cutSeconds,
  expirySeconds,
  removedWithinSeconds,
  probeEveryMs,
  syncWithinMinutes,
  schedulesWithinMinutes,
};

/** After how many seconds Chaos Mesh is to end the cut by itself. @throws ChaosError `usage` where that would be before the run does. */
export function expiryOf(set: readonly string[]): number {
  const parameters = settingsOf(SETTABLE, set);
  const [cut, expiry] = [Number(parameters['cutSeconds']), Number(parameters['expirySeconds'])];
  const least = cut + CLAIMED_WITHIN_MS / 1000;
  if (cut > 0 && expiry >= least) return expiry;
  throw new ChaosError({
    code: 'usage',
    message: `A cut of ${cut} s that ends by itself after ${expiry} s is none that a run could end.`,
    tryThis: `--set expirySeconds=${Math.ceil(least)} or more: Chaos Mesh may take ${CLAIMED_WITHIN_MS / 1000} s until it begins.`,
  });
}

/** How a cut is judged. @throws ChaosError `usage` for what cannot be set. */
export function partitionParameters(
  { component }: Target,
  { set, isSyncNamed }: { readonly set: readonly string[]; readonly isSyncNamed: boolean },
): Parameters {
  return { ...PARTITIONED, ...settingsOf(SETTABLE, set), partitioned: component, aboutSync: isSyncNamed };
}
