import { existsSync } from 'node:fs';
import { MANIFESTS } from './stack-manifests.ts';

/** Where the weaknesses of the manifests are, each a folder of its name. */
const FOLDER = 'components/weaknesses/';

/** Weaknesses by what they weaken: components of the kustomization of Airbyte, and flaws that the reference processes have themselves. */
export interface SortedWeaknesses {
  /** Kustomize components, in `fixtures/kubernetes`. */
  readonly ofManifests: readonly string[];
  readonly ofProcesses: readonly string[];
}

/** Sorts what was asked for. A name that is no folder is left to the reference processes, which refuse what they do not know. */
export function sortWeaknesses(names: readonly string[]): SortedWeaknesses {
  const isOfManifests = (name: string): boolean => /^\w+$/.test(name) && existsSync(`${MANIFESTS}${FOLDER}${name}`);
  return {
    ofManifests: names.filter(isOfManifests).map((name) => FOLDER + name),
    ofProcesses: names.filter((name) => !isOfManifests(name)),
  };
}
