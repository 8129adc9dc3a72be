import { EXISTING } from '../../../scenarios/existing/pod-taken-away.ts';
import { ChaosError } from '../../core/errors.ts';
import type { Parameters } from '../../core/scenario.ts';
import type { DiscoveredSystem } from '../../profiles/discovered-system.ts';
import type { Target } from '../../profiles/translate/translation.ts';
import { wantedReplicas } from '../../profiles/wanted-replicas.ts';
import { parseSettings, suggestion } from '../settings.ts';
import type { TargetWithCandidates } from './find-victims.ts';

/**
 * The target that is meant: the one that was named, else the first of which something may be hit.
 * @throws ChaosError `usage` for a name that is none of them; `refused` with every reason where nothing may be hit; `no-target` where nothing runs.
 */
export function chooseTarget(
  found: readonly TargetWithCandidates[],
  { name, because }: { readonly name: string | undefined; readonly because: string },
): Target {
  const names = found.map(({ target }) => target.component);
  const meant = name === undefined ? found : found.filter(({ target }) => target.component === name);
  if (name !== undefined && meant.length === 0) {
    throw new ChaosError({
      code: 'usage',
      message: `The scenario has no target "${name}" here.`,
      tryThis: suggestion(name, names),
    });
  }
  const allowed = meant.find(({ candidates }) => candidates.some(({ refusals }) => refusals.length === 0));
  if (allowed !== undefined) return allowed.target;
  const refusals = meant.flatMap(({ candidates }) => candidates.flatMap((one) => one.refusals));
  if (refusals.length === 0) {
    throw new ChaosError({
      code: 'no-target',
      message: `Nothing that it could hit runs here (${names.join(', ') || because}), so nothing was touched.`,
      tryThis: 'npm run chaos -- discover shows what runs.',
    });
  }
  throw new ChaosError({
    code: 'refused',
    message: `Nothing may be hit, and nothing was touched. ${[...new Set(refusals.map(({ text }) => text))].join('\n  ')}`,
    tryThis: [...new Set(refusals.map(({ tryThis }) => tryThis))].join('\n  → '),
  });
}

/** What may be set by hand in a run on an existing Airbyte; the rest follows from what was found. */
const SETTABLE = { probeEveryMs: EXISTING.probeEveryMs, syncWithinMinutes: EXISTING.syncWithinMinutes };

/** How the loss of a target is judged: what ends its recovery, and whether a sync has to be there for it. */
export function parametersFor(
  target: Target,
  system: DiscoveredSystem,
  { set, isSyncNamed }: { readonly set: readonly string[]; readonly isSyncNamed: boolean },
): Parameters {
  const { component } = target;
  const { parameters, stack, weaknesses } = parseSettings(SETTABLE, set);
  const [foreign] = [...Object.keys(stack), ...weaknesses];
  if (foreign !== undefined) {
    throw new ChaosError({
      code: 'usage',
      message: `--set ${foreign}: an existing Airbyte is taken as it is.`,
      tryThis: `What can be set: ${Object.keys(SETTABLE).join(', ')}.`,
    });
  }
  const isAlone = (wantedReplicas(system).get(component) ?? 1) < 2;
  const losesSync =
    component === 'job-pod' || (component === 'worker' && isAlone && system.jobPods.outliveWorker === false);
  return {
    ...EXISTING,
    ...parameters,
    existing: component,
    ends: losesSync ? 'next-attempt-started' : component === 'server' && isAlone ? 'api-available' : 'full-capacity',
    aboutSync: losesSync || isSyncNamed,
    apiStays: !NEEDED_BY_API.has(component) && !(component === 'server' && isAlone),
    policyKnown: system.retry.policy !== undefined,
  };
}

/** Without these the API cannot answer all that it is asked, however many servers there are. */
const NEEDED_BY_API: ReadonlySet<string> = new Set(['database', 'temporal', 'keycloak', 'object-store']);
