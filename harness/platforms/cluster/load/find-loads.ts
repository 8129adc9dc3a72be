import { describeAnswer, isNotThere } from '../../kind/api-answers.ts';
import { askPatiently } from '../../kind/patient-api.ts';
import { ChaosError } from '../../../core/errors.ts';
import type { GuardedApi } from '../guarded-api.ts';
import { ownSelector } from '../own-objects.ts';
import { K6_GROUP, K6_VERSION, objectList, runOfLoad, TEST_RUNS, type OwnObject } from './load-objects.ts';
import type { LoadKind } from './load-operation.ts';

/** Where loads are made. */
export interface LoadPlace {
  readonly api: GuardedApi;
  readonly namespace: string;
}

/** An object of a load that a run has made. */
export interface FoundLoad extends OwnObject {
  readonly kind: LoadKind;
  readonly runId: string;
}

/** TestRuns in the words of the API. */
export function testRunsIn(namespace: string) {
  return { group: K6_GROUP, version: K6_VERSION, plural: TEST_RUNS, namespace };
}

/** Whether the API server serves TestRuns: that says that the operator's definitions are there, not that it runs. */
export async function servesTestRuns({ custom, trouble }: GuardedApi): Promise<boolean> {
  try {
    const ask = () => custom.getAPIResources({ group: K6_GROUP, version: K6_VERSION });
    const { resources } = await askPatiently({ trouble }, ask);
    return resources.some(({ name }) => name === TEST_RUNS);
  } catch (error) {
    if (isNotThere(error)) return false;
    throw error;
  }
}

/**
 * What runs have made for loads, or one run; TestRuns first. What does not say so to the letter is not among them. Only reads.
 * @throws ChaosError `platform` where that cannot be told.
 */
export async function findLoads(
  { api, namespace }: LoadPlace,
  runId: string | undefined,
  signal?: AbortSignal,
): Promise<readonly FoundLoad[]> {
  const where = { namespace, labelSelector: ownSelector() };
  const testRuns = await list('TestRun', async () => {
    try {
      return await askPatiently(
        api,
        () => api.custom.listNamespacedCustomObject({ ...testRunsIn(namespace), labelSelector: ownSelector() }),
        { signal },
      );
    } catch (error) {
      // Whoever takes the operator's definitions away has taken all of them away.
      if (isNotThere(error)) return { items: [] };
      throw error;
    }
  });
  const scripts = await list('ConfigMap', () =>
    askPatiently(api, () => api.core.listNamespacedConfigMap(where), { signal }),
  );
  return [...testRuns, ...scripts].filter((one) => runId === undefined || one.runId === runId);
}

async function list(kind: LoadKind, ask: () => Promise<unknown>): Promise<readonly FoundLoad[]> {
  let items: readonly { readonly metadata: OwnObject }[];
  try {
    ({ items } = objectList.parse(await ask()));
  } catch (error) {
    throw new ChaosError({
      code: 'platform',
      message: `Whether runs have left ${kind === 'TestRun' ? 'TestRuns of the k6 operator' : 'scripts of a load (ConfigMaps)'} could not be seen.`,
      lastState: describeAnswer(error),
      cause: error,
    });
  }
  return items.flatMap(({ metadata }) => {
    const madeBy = runOfLoad(metadata);
    return madeBy === undefined ? [] : [{ ...metadata, kind, runId: madeBy }];
  });
}

/** For people: `TestRun chaos-load-…, ConfigMap chaos-load-…` */
export function nameLoads(all: readonly FoundLoad[]): string {
  return all.map(({ kind, name }) => `${kind} ${name}`).join(', ');
}
