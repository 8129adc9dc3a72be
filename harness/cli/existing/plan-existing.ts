import { EXISTING } from '../../../scenarios/existing/pod-taken-away.ts';
import { ChaosError } from '../../core/errors.ts';
import type { Parameters } from '../../core/scenario.ts';
import type { DiscoveredSystem } from '../../profiles/discovered-system.ts';
import type { Target, Translation } from '../../profiles/translate/translation.ts';
import { wantedReplicas } from '../../profiles/wanted-replicas.ts';
import { parseSettings, suggestion } from '../settings.ts';
import type { TargetWithCandidates } from './find-victims.ts';

/**
 * The targets that are meant: the one that was named, else the first of which something may be hit; where a scenario takes one of each away, all of them.
 * @throws ChaosError `usage` for a name that is none of them; `config` where the scenario takes more than the harness does here; `refused` with every reason where
 * one may not be hit; `no-target` where nothing runs.
 */
export function chooseTargets(
  found: readonly TargetWithCandidates[],
  { takesAway, because }: Pick<Translation, 'takesAway' | 'because'>,
  name: string | undefined,
): readonly Target[] {
  const names = found.map(({ target }) => target.component);
  if (takesAway === 'nothing') {
    throw new ChaosError({ code: 'config', message: `It cannot be run here, and nothing was touched: ${because}.` });
  }
  if (name !== undefined && (takesAway === 'each' || !names.some((one) => one === name))) {
    const [message, tryThis] =
      takesAway === 'each'
        ? ['The scenario takes one of each of its targets away here.', 'Leave --target out.']
        : [`The scenario has no target "${name}" here.`, suggestion(name, names)];
    throw new ChaosError({ code: 'usage', message, tryThis });
  }
  const meant = name === undefined ? found : found.filter(({ target }) => target.component === name);
  const allowed = meant.filter(({ candidates }) => candidates.some(({ refusals }) => refusals.length === 0));
  const isEnough = takesAway === 'each' ? allowed.length === found.length && found.length > 0 : allowed.length > 0;
  if (isEnough) return (takesAway === 'each' ? allowed : allowed.slice(0, 1)).map(({ target }) => target);
  const refusals = meant
    .filter((one) => !allowed.includes(one))
    .flatMap(({ candidates }) => candidates.flatMap((one) => one.refusals));
  if (refusals.length === 0) {
    throw new ChaosError({
      code: 'no-target',
      message: `Nothing that it could hit runs here (${names.join(', ') || because}), so nothing was touched.`,
      tryThis: 'npm run chaos -- discover shows what runs.',
    });
  }
  throw new ChaosError({
    code: 'refused',
    message: `It may not be done, and nothing was touched. ${[...new Set(refusals.map(({ text }) => text))].join('\n  ')}`,
    tryThis: [...new Set(refusals.map(({ tryThis }) => tryThis))].join('\n  → '),
  });
}

/** What may be set by hand in a run on an existing Airbyte; the rest follows from what was found. */
const { probeEveryMs, syncWithinMinutes, schedulesWithinMinutes } = EXISTING;
const SETTABLE = { probeEveryMs, syncWithinMinutes, schedulesWithinMinutes };

/** Parameters with what was set of them by hand. @throws ChaosError `usage` for what is no parameter. */
export function settingsOf(settable: Parameters, set: readonly string[]): Parameters {
  const { parameters, stack, weaknesses } = parseSettings(settable, set);
  const [foreign] = [...Object.keys(stack), ...weaknesses];
  if (foreign === undefined) return parameters;
  throw new ChaosError({
    code: 'usage',
    message: `--set ${foreign}: an existing Airbyte is taken as it is.`,
    tryThis: `What can be set: ${Object.keys(settable).join(', ')}.`,
  });
}

/** How the loss of what is hit is judged: what ends its recovery, and whether a sync has to be there for it. */
export function parametersFor(
  targets: readonly Target[],
  system: DiscoveredSystem,
  { set, isSyncNamed }: { readonly set: readonly string[]; readonly isSyncNamed: boolean },
): Parameters {
  const parameters = settingsOf(SETTABLE, set);
  const wanted = wantedReplicas(system);
  const losesSync = targets.some(({ component }) => doesLoseSync(component, system, wanted));
  const takesApi = targets.some(({ component }) => component === 'server' && (wanted.get(component) ?? 1) < 2);
  return {
    ...EXISTING,
    ...parameters,
    existing: targets.map(({ component }) => component).join('+'),
    ends: losesSync ? 'next-attempt-started' : takesApi ? 'api-available' : 'full-capacity',
    aboutSync: losesSync || isSyncNamed,
    syncsMatter: targets.some(({ component }) => RUNS_SYNCS.has(component)),

    apiStays: !takesApi && !targets.some(({ component }) => NEEDED_BY_API.has(component)),
    policyKnown: system.retry.policy !== undefined,
  };
}

/** Where it runs in the only worker itself, or in the pod that is taken away. Of several workers nobody can tell from outside which one runs it. */
function doesLoseSync(component: string, { jobPods }: DiscoveredSystem, wanted: ReadonlyMap<string, number>): boolean {
  if (component === 'job-pod') return true;
  return component === 'worker' && (wanted.get(component) ?? 1) < 2 && jobPods.outliveWorker === false;
}

/** Without a sync in flight, the loss of these shows nothing. */
const RUNS_SYNCS: ReadonlySet<string> = new Set(['worker', 'workload-launcher', 'workload-api-server', 'job-pod']);

/** Without these the API cannot answer all that it is asked, however many servers there are. */
const NEEDED_BY_API: ReadonlySet<string> = new Set(['database', 'temporal', 'keycloak', 'object-store']);
