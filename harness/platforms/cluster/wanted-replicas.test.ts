import { expect, test } from 'vitest';
import type { Autoscaler } from '../../core/autoscaling.ts';
import { listReplicas, wantedReplicas, type Replicas } from './wanted-replicas.ts';

/* How it could lie: call something scaled that is as it was, or that is none of the components; miss a change for one look that failed; take one Deployment of a component for all of it. */

const deployment = (name: string, replicas: number): Replicas => ({
  workload: `Deployment/${name}`,
  desired: replicas,
  current: replicas,
});
const changed = (one: Autoscaler): unknown => ({ ...one, changedWithinMs: expect.any(Number) });
const atFirst = new Map([
  ['Deployment/airbyte-worker', { component: 'worker', wanted: 3 }],
  ['Deployment/airbyte-server', { component: 'server', wanted: 2 }],
]);

/** What is told of these looks, one after the other; undefined for one that fails. */
async function toldOf(looks: readonly (readonly Replicas[] | undefined)[], of = atFirst): Promise<Autoscaler[]> {
  const told: Autoscaler[] = [];
  const ending = new AbortController();
  let nth = 0;
  const list = async (): Promise<readonly Replicas[]> => {
    const look = looks[nth];
    nth += 1;
    if (nth >= looks.length) ending.abort();
    if (look === undefined) throw new Error('busy');
    return Promise.resolve(look);
  };
  await wantedReplicas({ list, atFirst: of, everyMs: 1 }).watch((one) => told.push(one), ending.signal);
  return told;
}

test('what wants another number than at first is told once, and again when it changes back', async () => {
  const looks = [
    [deployment('airbyte-worker', 3), deployment('airbyte-server', 2), deployment('other', 9)],
    undefined,
    [deployment('airbyte-worker', 5), deployment('airbyte-server', 2), deployment('other', 1)],
    [deployment('airbyte-worker', 5), deployment('airbyte-server', 2)],
    [deployment('airbyte-worker', 3), deployment('airbyte-server', 2)],
  ];
  expect(await toldOf(looks)).toEqual([
    changed({ component: 'worker', current: 5, desired: 5, minimum: 5, maximum: 5 }),
    changed({ component: 'worker', current: 3, desired: 3, minimum: 3, maximum: 3 }),
  ]);
});

test('Deployments of one component are counted together', async () => {
  const two = new Map([
    ['Deployment/worker-a', { component: 'worker', wanted: 2 }],
    ['Deployment/worker-b', { component: 'worker', wanted: 2 }],
  ]);
  expect(await toldOf([[deployment('worker-a', 2), deployment('worker-b', 1)]], two)).toEqual([
    changed({ component: 'worker', current: 3, desired: 3, minimum: 3, maximum: 3 }),
  ]);
});

test('a StatefulSet that is scaled down is told as a Deployment is, and none is taken for the other', async () => {
  const of = new Map([['StatefulSet/airbyte-worker', { component: 'worker', wanted: 3 }]]);
  const set = (desired: number): Replicas => ({ workload: 'StatefulSet/airbyte-worker', desired, current: 3 });
  expect(await toldOf([[set(3), deployment('airbyte-worker', 1)], [set(2)]], of)).toEqual([
    changed({ component: 'worker', current: 3, desired: 2, minimum: 2, maximum: 2 }),
  ]);
});

test('of what was removed none is wanted; what was never listed is not known to be gone', async () => {
  const server = deployment('airbyte-server', 2);
  expect(await toldOf([[deployment('airbyte-worker', 3)], []])).toEqual([
    changed({ component: 'worker', current: 0, desired: 0, minimum: 0, maximum: 0 }),
  ]);
  expect(await toldOf([[server], [server]])).toEqual([]);
});

test('Deployments and StatefulSets are listed, with one replica where they do not say', async () => {
  const status = { replicas: 1 };
  const spec = { selector: {}, template: {}, serviceName: '' };
  const api = {
    listNamespacedDeployment: async () =>
      Promise.resolve({ items: [{ metadata: { name: 'airbyte-server' }, spec, status }] }),
    listNamespacedStatefulSet: async () =>
      Promise.resolve({ items: [{ metadata: { name: 'airbyte-worker' }, spec: { ...spec, replicas: 3 }, status }] }),
  };
  expect(await listReplicas(api, 'airbyte')).toEqual([
    { workload: 'Deployment/airbyte-server', desired: 1, current: 1 },
    { workload: 'StatefulSet/airbyte-worker', desired: 3, current: 1 },
  ]);
});
