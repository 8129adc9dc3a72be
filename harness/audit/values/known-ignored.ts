import { isMap } from './is-map.ts';
import type { Path } from './template-reading.ts';

/** The generations of Airbyte's charts (docs/architecture.md, profiles). */
export const CHART_GENERATIONS = ['legacy', 'v1', 'v2'] as const;
export type ChartGeneration = (typeof CHART_GENERATIONS)[number];

interface Known {
  /** `*` stands for one key; what is below it is meant too. */
  readonly key: string;
  readonly in: readonly ChartGeneration[];
  readonly why: string;
  readonly tryThis: string;
}

const ALL = CHART_GENERATIONS;
const NO_BUDGET = 'no chart of Airbyte makes a PodDisruptionBudget';
const OWN_BUDGET = 'Apply a PodDisruptionBudget of your own for each component.';
const NO_AUTOSCALER = 'no template of any chart makes a HorizontalPodAutoscaler';
const OWN_AUTOSCALER = 'Apply a HorizontalPodAutoscaler of your own for the Deployment.';

/**
 * Keys that people set and no chart of these generations looks at. Read in charts 0.40.6 to 0.67.17 (legacy), 1.0.0 to 1.9.2 (v1) and 2.0.0 to 2.2.0 (v2), and
 * confirmed by rendering them with and without the key.
 */
const KNOWN: readonly Known[] = [
  { key: 'podDisruptionBudget', in: ALL, why: NO_BUDGET, tryThis: OWN_BUDGET },
  { key: '*.podDisruptionBudget', in: ALL, why: NO_BUDGET, tryThis: OWN_BUDGET },
  { key: '*.hpa', in: ALL, why: NO_AUTOSCALER, tryThis: OWN_AUTOSCALER },
  { key: '*.autoscaling', in: ALL, why: NO_AUTOSCALER, tryThis: OWN_AUTOSCALER },
  {
    key: 'topologySpreadConstraints',
    in: ALL,
    why: 'no template looks at it at this place',
    tryThis:
      'Set it where the chart has it (server.topologySpreadConstraints from 2.1 on), and affinity for the others.',
  },
  { key: 'pod', in: ALL, why: 'no template looks at it', tryThis: 'Set affinity and tolerations of each component.' },
  {
    key: 'global.database.database',
    in: ['v2'],
    why: 'charts of this generation call it otherwise',
    tryThis: 'Set global.database.name.',
  },
  {
    key: 'global.database.name',
    in: ['v1'],
    why: 'charts of this generation call it otherwise',
    tryThis: 'Set global.database.database.',
  },
  {
    key: 'temporal.database.host',
    in: ALL,
    why: 'Temporal is given the address of Airbyte’s own database, whatever is set here',
    tryThis: 'Set POSTGRES_SEEDS in temporal.extraEnv.',
  },
  {
    key: 'externalDatabase',
    in: ['v1', 'v2'],
    why: 'charts of this generation take the database from elsewhere',
    tryThis: 'Set global.database.',
  },
  ...(['global.logs', 'global.state'] as const).map((key): Known => ({
    key,
    in: ['v1', 'v2'],
    why: 'charts of this generation take the store of logs and states from elsewhere',
    tryThis: 'Set global.storage.',
  })),
  ...(['workload-launcher', 'workload-api-server', 'temporal-ui', 'airbyte-bootloader'] as const).map((key): Known => ({
    key,
    in: ['v2'],
    why: 'charts of this generation write it without hyphens',
    tryThis: `Set ${camel(key)}.`,
  })),
  ...(['workload-launcher', 'workload-api-server', 'temporal-ui', 'airbyte-bootloader'] as const).map((key): Known => ({
    key: camel(key),
    in: ['legacy', 'v1'],
    why: 'charts of this generation write it with hyphens',
    tryThis: `Set ${key}.`,
  })),
];

/** Why no chart of that generation looks at the key, and what to do; undefined for one that nothing is known of. */
export function knownIgnored(key: Path, generation: ChartGeneration): Pick<Known, 'why' | 'tryThis'> | undefined {
  return KNOWN.find(({ in: generations, key: pattern }) => generations.includes(generation) && matches(pattern, key));
}

/** The keys of a map of values that are known to be ignored, the topmost of each branch. */
export function knownIgnoredIn(values: unknown, generation: ChartGeneration, at: Path = []): readonly Path[] {
  if (at.length > 0 && knownIgnored(at, generation) !== undefined) return [at];
  if (!isMap(values)) return [];
  return Object.entries(values).flatMap(([key, below]) => knownIgnoredIn(below, generation, [...at, key]));
}

function matches(pattern: string, key: Path): boolean {
  const parts = pattern.split('.');
  return parts.length <= key.length && parts.every((part, at) => part === '*' || part === key[at]);
}

function camel(name: string): string {
  return name.replaceAll(/-(\w)/g, (_match, letter: string) => letter.toUpperCase());
}
