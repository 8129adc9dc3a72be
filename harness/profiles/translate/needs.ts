import { LISTED } from '../objects/namespace-objects.ts';

/** The scenarios that can run on an Airbyte that is there already, where it has what they hit: those that take pods away. */
export const RUNNABLE = [
  'worker_failure',
  'scheduler_failure',
  'temporal_and_worker_failure',
  'temporal_failure',
  'server_failure',
  'webapp_failure',
  'database_failure',
  'object_store_failure',
  'object_store_and_database_failure',
] as const;
const runnable: ReadonlySet<string> = new Set(RUNNABLE);

/** True for one of them. */
export function isRunnable(scenario: string): boolean {
  return runnable.has(scenario);
}

/** The loss of a whole site: where the configuration names them, the operator's own commands cause and recover it. It takes rights to look, and none to break. */
export const SITE_LOSS = 'cluster_failure';

/** Those that need Chaos Mesh there, and what it does to a pod in each: they take none away. */
export const THROUGH_CHAOS_MESH = {
  network_partition: 'partition',
  clock_skew: 'clock',
} as const;

/** What Chaos Mesh does in that scenario; undefined for one that goes without it. */
export function chaosOf(scenario: string): 'partition' | 'clock' | undefined {
  return new Map<string, 'partition' | 'clock'>(Object.entries(THROUGH_CHAOS_MESH)).get(scenario);
}

/** The scenarios that ask something of the API server of an existing Airbyte. */
export const WITH_RIGHTS: readonly string[] = [...RUNNABLE, ...Object.keys(THROUGH_CHAOS_MESH), SITE_LOSS];

/** True for one of them. */
export function takesRights(scenario: string): boolean {
  return WITH_RIGHTS.includes(scenario);
}

/** Kinds that have to be listed for a run: without one of them it would know less of what it hits. Settings are read beside them. */
export const NEEDED_FOR_RUNS = LISTED.needed;
