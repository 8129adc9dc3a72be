import type { History } from '../history.ts';
import { API_PROBE, RECOVERED_API_PROBE } from '../probe-names.ts';

/** The probe of the API that is looked at after the recovery: the one at the new address, where there is one. */
export function recoveredProbe(history: History): string {
  const isNew = history.first('probe.defined', ({ probe }) => probe === RECOVERED_API_PROBE) !== undefined;
  return isNew ? RECOVERED_API_PROBE : API_PROBE;
}
