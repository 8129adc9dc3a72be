import { LISTED } from '../objects/namespace-objects.ts';

type ListedKind = (typeof LISTED)['needed' | 'other'][number];

/** Beside what says which component is where, what a scenario asks of a namespace. Those that are not here cannot run on an Airbyte that is there already. */
const FURTHER_KINDS: ReadonlyMap<string, readonly ListedKind[]> = new Map([
  ['worker_failure', []],
  ['scheduler_failure', []],
  ['temporal_and_worker_failure', []],
  ['temporal_failure', []],
  ['server_failure', []],
  ['webapp_failure', []],
  ['database_failure', []],
  ['object_store_failure', []],
  ['object_store_and_database_failure', []],
  ['autoscaling', ['HorizontalPodAutoscaler']],
]);

/** The scenarios that can run on an Airbyte that is there already, where it has what they hit: those that take pods away. */
export const RUNNABLE: readonly string[] = [...FURTHER_KINDS.keys()];

/** Kinds that have to be listed for a scenario to be translated; undefined for one that cannot run on an existing Airbyte anyway. */
export function kindsFor(scenario: string): readonly ListedKind[] | undefined {
  const further = FURTHER_KINDS.get(scenario);
  return further === undefined ? undefined : [...LISTED.needed, ...further];
}
