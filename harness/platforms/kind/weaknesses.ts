import { existsSync } from 'node:fs';
import { MANIFESTS } from './stack-manifests.ts';

/** Where the weaknesses of the manifests are, each a folder of its name. */
const FOLDER = 'components/weaknesses/';

/**
 * Weaknesses of what is around the stack on a cluster, which the platform puts there: two name servers on one worker, in place of one on each; the cluster
 * that takes over lacks the secret of the database.
 */
const OF_CLUSTER = ['dns_on_one_node', 'new_site_without_secret'] as const;
type ClusterWeakness = (typeof OF_CLUSTER)[number];

/** Weaknesses by what they weaken: the manifests, the cluster around them, and the reference processes themselves. */
export interface SortedWeaknesses {
  /** Kustomize components, in `fixtures/kubernetes`. */
  readonly ofManifests: readonly string[];
  readonly ofCluster: readonly ClusterWeakness[];
  readonly ofProcesses: readonly string[];
}

/** Sorts what was asked for. A name that is no folder is left to the reference processes, which refuse what they do not know. */
export function sortWeaknesses(names: readonly string[]): SortedWeaknesses {
  const isOfCluster = (name: string): boolean => OF_CLUSTER.some((known) => known === name);
  const isOfManifests = (name: string): boolean => /^\w+$/.test(name) && existsSync(`${MANIFESTS}${FOLDER}${name}`);
  return {
    ofManifests: names.filter(isOfManifests).map((name) => FOLDER + name),
    ofCluster: OF_CLUSTER.filter((known) => names.includes(known)),
    ofProcesses: names.filter((name) => !isOfManifests(name) && !isOfCluster(name)),
  };
}
