import { CLOCK_PUT_OFF, clockPutOff, type ClockPutOffOptions } from '../../../scenarios/existing/clock-put-off.ts';
import { PARTITIONED, podCutOff } from '../../../scenarios/existing/pod-cut-off.ts';
import { ChaosError } from '../../core/errors.ts';
import type { Parameters, Scenario } from '../../core/scenario.ts';
import { CLAIMED_WITHIN_MS } from '../../faults/index.ts';
import type { ChaosKind, PodFault, PodFaultAction } from '../../platforms/cluster/chaos-mesh/chaos-object.ts';
import type { Target } from '../../profiles/translate/translation.ts';
import { settingsOf } from './plan-existing.ts';

/** Answers tell whole seconds, and come late: a smaller offset could not be told from that. */
const LEAST_OFFSET_SECONDS = 60;

interface HowChaosMesh {
  readonly parameters: Parameters;
  /** What may be set by hand; the rest follows from what was found. */
  readonly settable: readonly string[];
  /** The parameter that says how long it lasts, in seconds. */
  readonly lasts: string;
  /** The parameter that names the component that is hit. */
  readonly hits: string;
  /** @throws ChaosError `usage` */
  readonly actionOf: (parameters: Parameters) => PodFaultAction;
  readonly rehearse: (options: ClockPutOffOptions) => Scenario;
}

const ALWAYS = ['expirySeconds', 'removedWithinSeconds', 'probeEveryMs', 'syncWithinMinutes'];
/** How each thing is rehearsed that Chaos Mesh does. */
export const CHAOS_REHEARSALS: Readonly<Record<ChaosKind, HowChaosMesh>> = {
  partition: {
    parameters: PARTITIONED,
    settable: ['cutSeconds', ...ALWAYS, 'schedulesWithinMinutes'],
    lasts: 'cutSeconds',
    hits: 'partitioned',
    actionOf: () => ({ kind: 'partition' }),
    rehearse: podCutOff,
  },
  clock: {
    parameters: CLOCK_PUT_OFF,
    settable: ['offsetSeconds', 'behind', 'offForSeconds', ...ALWAYS],
    lasts: 'offForSeconds',
    hits: 'clockOff',
    actionOf: ({ offsetSeconds, behind }) => {
      const seconds = Number(offsetSeconds);
      if (seconds >= LEAST_OFFSET_SECONDS)
        return { kind: 'clock', offsetSeconds: behind === true ? -seconds : seconds };
      throw new ChaosError({
        code: 'usage',
        message: `A clock that is ${seconds} s off cannot be told from a right one.`,
        tryThis: `--set offsetSeconds=${LEAST_OFFSET_SECONDS} or more: answers tell whole seconds.`,
      });
    },
    rehearse: clockPutOff,
  },
};

/** What Chaos Mesh is to do. @throws ChaosError `usage` for what cannot be set, and where it would end by itself before the run ends it. */
export function podFaultOf(kind: ChaosKind, set: readonly string[]): Omit<PodFault, 'runId'> {
  const { lasts, actionOf } = CHAOS_REHEARSALS[kind];
  const parameters = parametersOf(kind, set);
  const [span, expirySeconds] = [Number(parameters[lasts]), Number(parameters['expirySeconds'])];
  const least = span + CLAIMED_WITHIN_MS / 1000;
  if (span > 0 && expirySeconds >= least) return { action: actionOf(parameters), expirySeconds };
  throw new ChaosError({
    code: 'usage',
    message: `${lasts} ${span} and expirySeconds ${expirySeconds}: that ends by itself before a run could end it.`,
    tryThis: `--set expirySeconds=${Math.ceil(least)} or more: Chaos Mesh may take ${CLAIMED_WITHIN_MS / 1000} s until it begins.`,
  });
}

/** How it is judged. @throws ChaosError `usage` for what cannot be set. */
export function podFaultParameters(
  kind: ChaosKind,
  { component }: Target,
  { set, isSyncNamed }: { readonly set: readonly string[]; readonly isSyncNamed: boolean },
): Parameters {
  const { parameters, hits } = CHAOS_REHEARSALS[kind];
  return { ...parameters, ...parametersOf(kind, set), [hits]: component, aboutSync: isSyncNamed };
}

function parametersOf(kind: ChaosKind, set: readonly string[]): Parameters {
  const { parameters, settable } = CHAOS_REHEARSALS[kind];
  const own = Object.entries(parameters).filter(([name]) => settable.includes(name));
  return settingsOf(Object.fromEntries(own), set);
}
