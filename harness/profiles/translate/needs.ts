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

/** True for a scenario that can run on an Airbyte that is there already. */
export function isRunnable(scenario: string): boolean {
  return runnable.has(scenario);
}

/** The loss of a whole site: where the configuration names them, the operator's own commands cause and recover it. It takes rights to look, and none to break. */
export const SITE_LOSS = 'cluster_failure';

/** True for a scenario that asks something of the API server of an existing Airbyte. */
export function takesRights(scenario: string): boolean {
  return isRunnable(scenario) || scenario === SITE_LOSS;
}

/** Kinds that have to be listed for a run: without one of them it would know less of what it hits. Settings are read beside them. */
export const NEEDED_FOR_RUNS = LISTED.needed;
