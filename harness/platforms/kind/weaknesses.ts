import { existsSync } from 'node:fs';
import { MANIFESTS } from './stack-manifests.ts';

/** Where the weaknesses of the manifests are, each a folder of its name. */
const FOLDER = 'components/weaknesses/';

/** Weaknesses of what is around the stack on a cluster, which the platform puts there. */
export const CLUSTER_WEAKNESSES = {
  /** Two name servers on one worker, in place of one on each. */
  dns_on_one_node: 'dns_on_one_node',
  /** The cluster that takes over lacks the secret of the database. */
  new_site_without_secret: 'new_site_without_secret',
} as const;

/** Weaknesses by what they weaken: the manifests, the cluster around them, and the reference processes themselves. */
export interface SortedWeaknesses {
  /** Kustomize components, in `fixtures/kubernetes`. */
  readonly ofManifests: readonly string[];
  readonly ofCluster: readonly string[];
  readonly ofProcesses: readonly string[];
}

/** Sorts what was asked for. A name that is no folder is left to the reference processes, which refuse what they do not know. */
export function sortWeaknesses(names: readonly string[]): SortedWeaknesses {
  const isOfCluster = (name: string): boolean => Object.hasOwn(CLUSTER_WEAKNESSES, name);
  const isOfManifests = (name: string): boolean => /^\w+$/.test(name) && existsSync(`${MANIFESTS}${FOLDER}${name}`);
  return {
    ofManifests: names.filter(isOfManifests).map((name) => FOLDER + name),
    ofCluster: names.filter(isOfCluster),
    ofProcesses: names.filter((name) => !isOfManifests(name) && !isOfCluster(name)),
  };
}
