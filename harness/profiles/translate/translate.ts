import type { Component } from '../component.ts';
import type { DiscoveredSystem } from '../discovered-system.ts';
import { answerPartition, partitionTarget } from './partition.ts';
import { targetsOf } from './targets.ts';
import { answerClock, clockTarget } from './clock.ts';
import { chaosOf } from './needs.ts';
import type { ScenarioToTranslate, Translation } from './translation.ts';

type Answer = Pick<Translation, 'can' | 'because' | 'takesAway'> & {
  readonly components: readonly (Component | 'job-pod')[];
};

/**
 * What each scenario would hit on a system that was found, or why it cannot run there. Scenarios were written for the harness's own stack: on Airbyte they
 * are translated, not renamed.
 */
export function translateScenarios(
  system: DiscoveredSystem,
  scenarios: readonly ScenarioToTranslate[],
): readonly Translation[] {
  return scenarios.map((scenario) => {
    const { can, because, takesAway, components } = answer(scenario.id, system);
    const chaos = chaosOf(scenario.id);
    const targets =
      chaos === undefined
        ? targetsOf(components, system, scenario)
        : components.flatMap((wanted) =>
            system.components
              .filter(({ component, isOneOff }) => component === wanted && !isOneOff)
              .map((mapped) => THROUGH_CHAOS_MESH[chaos].targetOf(mapped, scenario)),
          );
    return { scenario: scenario.id, can, because, takesAway, targets };
  });
}

function answer(id: string, system: DiscoveredSystem): Answer {
  if (system.generation.is === 'reference') return answerForOwn(id, system);
  return Object.hasOwn(ANSWERS, id) ? (ANSWERS[id]?.(system) ?? UNTRANSLATED) : UNTRANSLATED;
}

const THROUGH_CHAOS_MESH = {
  partition: { answer: answerPartition, targetOf: partitionTarget },
  clock: { answer: answerClock, targetOf: clockTarget },
} as const;

/** The harness's own stack, looked at as a stranger would: of its components pods can be taken away, cut off or told a wrong time; the rest is for the platform that made it. */
function answerForOwn(id: string, system: DiscoveredSystem): Answer {
  const chaos = chaosOf(id);
  if (chaos !== undefined) return THROUGH_CHAOS_MESH[chaos].answer(system);
  const component = OWN.find((one) => id === `${one}_failure`);
  return component === undefined || !has(system, component)
    ? no('this is the harness’s own stack: use --platform kind')
    : hit([component], 'this is the harness’s own stack');
}

const OWN = ['worker', 'scheduler', 'server', 'webapp', 'temporal', 'database'] as const satisfies readonly Component[];

function no(because: string): Answer {
  return { can: 'no', because, takesAway: 'nothing', components: [] };
}

/** It takes more than the harness does in an existing cluster. */
function onlyWhere(because: string, components: Answer['components'] = []): Answer {
  return { can: 'conditional', because, takesAway: 'nothing', components };
}

const UNTRANSLATED = no('it has no translation to a real Airbyte');
const OWN_COMMANDS =
  'recovery takes commands of the operator’s own, which the configuration has to name under "recovery"';
const OUT_OF_REACH = 'machines and control planes of an existing cluster cannot be switched off from within';

const ANSWERS: Readonly<Record<string, (system: DiscoveredSystem) => Answer>> = {
  worker_failure: (system) => {
    const parts = ['worker', 'workload-launcher', 'workload-api-server'] as const;
    const there = parts.filter((part) => has(system, part));
    return {
      can: 'yes',
      takesAway: 'one',
      because: `"worker" is ${there.length + 1} things here: the ${[...there, 'job pod'].join(', the ')}; each is a target of its own`,
      components: [...there, 'job-pod'],
    };
  },
  scheduler_failure: (system) =>
    has(system, 'scheduler')
      ? hit(['scheduler'], 'it has a scheduler')
      : {
          ...hitAll(system, ['worker', 'temporal']),
          because:
            'there is no scheduler: schedules are timers of Temporal, which workers execute, so both of them are hit',
        },
  temporal_and_worker_failure: (system) => hitAll(system, ['temporal', 'worker']),
  temporal_failure: (system) => hitAll(system, ['temporal']),
  server_failure: (system) => hitAll(system, ['server']),
  webapp_failure: (system) =>
    has(system, 'webapp')
      ? hit(['webapp'], 'it has a webapp')
      : { ...hitAll(system, ['server']), because: 'there is no webapp: the server serves the page, so that is hit' },
  database_failure: (system) => hitAll(system, ['database']),
  object_store_failure: (system) => hitAll(system, ['object-store']),
  object_store_and_database_failure: (system) => hitAll(system, ['object-store', 'database']),
  alerting_failure: () =>
    onlyWhere(
      'no component: it needs a connection of the harness’s own, whose workspace sends its notifications to a receiver that may be stopped',
    ),
  retry_exhaustion: ({ retry }) =>
    onlyWhere(
      `no component: it needs a connection of the harness’s own, whose source may be stopped. ${retry.summary}`,
    ),
  cluster_failure: () => onlyWhere(OWN_COMMANDS),
  node_failure: () => no(OUT_OF_REACH),
  zone_failure: () => no(OUT_OF_REACH),
  control_plane_failure: () => no(OUT_OF_REACH),
  network_partition: answerPartition,
  clock_skew: answerClock,
  autoscaling: (system) => {
    if (isUnread(system, 'HorizontalPodAutoscaler')) {
      return onlyWhere('whether anything scales the worker could not be read');
    }
    const found = system.components.find(
      ({ component, autoscaler }) => component === 'worker' && autoscaler !== undefined,
    );
    if (found?.autoscaler === undefined) {
      return no('no HorizontalPodAutoscaler targets the worker: Airbyte’s charts make none');
    }
    const { name, min, max } = found.autoscaler;
    return { ...hit(['worker'], `${name} scales the worker between ${min} and ${max}`), takesAway: 'nothing' };
  },
  drain: (system) =>
    onlyWhere(
      `it needs the right to cordon a machine; ${budgetsOf(system)}. Job pods are made by nothing that would start them elsewhere`,
      ['job-pod'],
    ),
};

function budgetsOf(system: DiscoveredSystem): string {
  if (isUnread(system, 'PodDisruptionBudget')) return 'PodDisruptionBudgets could not be read';
  const guarded = system.components.flatMap(({ component, budget }) => (budget === undefined ? [] : [component]));
  return guarded.length === 0
    ? 'no component has a PodDisruptionBudget, so nothing holds an eviction back'
    : `only these have a PodDisruptionBudget: ${guarded.join(', ')}`;
}

function isUnread({ unread }: DiscoveredSystem, wanted: string): boolean {
  return unread.some(({ kind }) => kind === wanted);
}

function has({ components }: DiscoveredSystem, wanted: Component): boolean {
  return components.some(({ component, isOneOff }) => component === wanted && !isOneOff);
}

function hit(components: readonly Component[], because: string): Answer {
  return { can: 'yes', because, takesAway: 'one', components };
}

/** All of them, or none where one cannot be reached. */
function hitAll(system: DiscoveredSystem, components: readonly Component[]): Answer {
  const away = components.filter((component) => !has(system, component));
  if (away.length > 0) return no(away.map((component) => whyAway(system, component)).join('; '));
  return { ...hit(components, `it hits: ${components.join(', ')}`), takesAway: 'each' };
}

function whyAway({ external }: DiscoveredSystem, component: Component): string {
  const outside = external.find(({ what }) => what === component);
  if (outside === undefined) return `no ${component} was found`;
  const byProvider =
    component === 'database' ? '; where its provider is RDS or Cloud SQL, a failover can be asked of that' : '';
  return `the ${component} is not of this release: ${outside.where} (${outside.address ?? outside.because})${byProvider}`;
}
