import type { V1Deployment } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import type { Autoscaler } from '../../core/autoscaling.ts';
import { wantedReplicas } from './wanted-replicas.ts';

/* How it could lie: call something scaled that is as it was, or that is none of the components; miss a change for one look that failed; take one Deployment of a component for all of it. */

const deployment = (name: string, replicas: number): V1Deployment => ({
  metadata: { name },
  spec: { replicas, selector: {}, template: {} },
  status: { replicas },
});
const changed = (one: Autoscaler): unknown => ({ ...one, changedWithinMs: expect.any(Number) });
const atFirst = new Map([
  ['airbyte-worker', { component: 'worker', wanted: 3 }],
  ['airbyte-server', { component: 'server', wanted: 2 }],
]);

test('what wants another number than at first is told once, and again when it changes back', async () => {
  const looks = [
    [deployment('airbyte-worker', 3), deployment('airbyte-server', 2), deployment('other', 9)],
    undefined,
    [deployment('airbyte-worker', 5), deployment('airbyte-server', 2), deployment('other', 1)],
    [deployment('airbyte-worker', 5), deployment('airbyte-server', 2)],
    [deployment('airbyte-worker', 3), deployment('airbyte-server', 2)],
  ];
  const told: Autoscaler[] = [];
  const ending = new AbortController();
  let nth = 0;
  const list = async (): Promise<{ items: V1Deployment[] }> => {
    const items = looks[nth];
    nth += 1;
    if (nth > looks.length) ending.abort();
    if (items === undefined && nth <= looks.length) throw new Error('busy');
    return Promise.resolve({ items: items ?? [] });
  };
  await wantedReplicas({ list, atFirst, everyMs: 1 }).watch((one) => told.push(one), ending.signal);
  expect(told).toEqual([
    changed({ component: 'worker', current: 5, desired: 5, minimum: 5, maximum: 5 }),
    changed({ component: 'worker', current: 3, desired: 3, minimum: 3, maximum: 3 }),
  ]);
});

test('Deployments of one component are counted together', async () => {
  const told: Autoscaler[] = [];
  const ending = new AbortController();
  const two = new Map([
    ['worker-a', { component: 'worker', wanted: 2 }],
    ['worker-b', { component: 'worker', wanted: 2 }],
  ]);
  const list = async (): Promise<{ items: V1Deployment[] }> => {
    ending.abort();
    return Promise.resolve({ items: [deployment('worker-a', 2), deployment('worker-b', 1)] });
  };
  await wantedReplicas({ list, atFirst: two, everyMs: 1 }).watch((one) => told.push(one), ending.signal);
  expect(told).toEqual([changed({ component: 'worker', current: 3, desired: 3, minimum: 3, maximum: 3 })]);
});
