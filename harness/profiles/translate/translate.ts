import type { Component } from '../component.ts';
import type { DiscoveredSystem } from '../discovered-system.ts';
import { targetsOf } from './targets.ts';
import type { ScenarioToTranslate, Translation } from './translation.ts';

type Answer = Pick<Translation, 'can' | 'because'> & { readonly components: readonly (Component | 'job-pod')[] };

/**
 * What each scenario would hit on a system that was found, or why it cannot run there. Scenarios were written for the harness's own stack: on Airbyte they
 * are translated, not renamed.
 */
export function translateScenarios(
  system: DiscoveredSystem,
  scenarios: readonly ScenarioToTranslate[],
): readonly Translation[] {
  return scenarios.map((scenario) => {
    const { can, because, components } = answer(scenario.id, system);
    return { scenario: scenario.id, can, because, targets: targetsOf(components, system, scenario) };
  });
}

function answer(id: string, system: DiscoveredSystem): Answer {
  if (system.generation.is === 'reference') {
    return { can: 'no', because: 'this is the harness’s own stack: use --platform kind', components: [] };
  }
  return Object.hasOwn(ANSWERS, id) ? (ANSWERS[id]?.(system) ?? UNTRANSLATED) : UNTRANSLATED;
}

const UNTRANSLATED: Answer = { can: 'no', because: 'it has no translation to a real Airbyte', components: [] };
const OWN_COMMANDS = 'recovery takes commands of the operator’s own, which the configuration has to name';
const OUT_OF_REACH = 'machines and control planes of an existing cluster cannot be switched off from within';

const ANSWERS: Readonly<Record<string, (system: DiscoveredSystem) => Answer>> = {
  worker_failure: (system) => {
    const parts = ['worker', 'workload-launcher', 'workload-api-server'] as const;
    const there = parts.filter((part) => has(system, part));
    return {
      can: 'yes',
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
  alerting_failure: () => ({
    can: 'conditional',
    because:
      'no component: it needs a connection of the harness’s own, whose workspace sends its notifications to a receiver that may be stopped',
    components: [],
  }),
  retry_exhaustion: ({ retry }) => ({
    can: 'conditional',
    because: `no component: it needs a connection of the harness’s own, whose source may be stopped. ${retry.summary}`,
    components: [],
  }),
  cluster_failure: () => ({ can: 'conditional', because: OWN_COMMANDS, components: [] }),
  node_failure: () => ({ can: 'no', because: OUT_OF_REACH, components: [] }),
  zone_failure: () => ({ can: 'no', because: OUT_OF_REACH, components: [] }),
  control_plane_failure: () => ({ can: 'no', because: OUT_OF_REACH, components: [] }),
  network_partition: () => ({
    can: 'conditional',
    because: 'it needs Chaos Mesh or LitmusChaos in the cluster, which was not looked for',
    components: ['job-pod'],
  }),
  autoscaling: (system) => {
    if (isUnread(system, 'HorizontalPodAutoscaler')) {
      return { can: 'conditional', because: 'whether anything scales the worker could not be read', components: [] };
    }
    const found = system.components.find(
      ({ component, autoscaler }) => component === 'worker' && autoscaler !== undefined,
    );
    if (found?.autoscaler === undefined) {
      const because = 'no HorizontalPodAutoscaler targets the worker: Airbyte’s charts make none';
      return { can: 'no', because, components: [] };
    }
    const { name, min, max } = found.autoscaler;
    return hit(['worker'], `${name} scales the worker between ${min} and ${max}`);
  },
  drain: (system) => ({
    can: 'conditional',
    because: `it needs the right to cordon a machine; ${budgetsOf(system)}. Job pods are made by nothing that would start them elsewhere`,
    components: ['job-pod'],
  }),
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
  return { can: 'yes', because, components };
}

/** All of them, or none where one cannot be reached. */
function hitAll(system: DiscoveredSystem, components: readonly Component[]): Answer {
  const away = components.filter((component) => !has(system, component));
  if (away.length === 0) return hit(components, `it hits: ${components.join(', ')}`);
  return { can: 'no', because: away.map((component) => whyAway(system, component)).join('; '), components: [] };
}

function whyAway({ external }: DiscoveredSystem, component: Component): string {
  const outside = external.find(({ what }) => what === component);
  if (outside === undefined) return `no ${component} was found`;
  const byProvider =
    component === 'database' ? '; where its provider is RDS or Cloud SQL, a failover can be asked of that' : '';
  return `the ${component} is not of this release: ${outside.where} (${outside.address ?? outside.because})${byProvider}`;
}
