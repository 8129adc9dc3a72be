import type { V1Pod } from '@kubernetes/client-node';
import pWaitFor from 'p-wait-for';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Eviction, MachineControl } from '../../core/machines.ts';
import type { Instance } from '../../core/platform.ts';
import { releaseMemory } from '../../core/release-memory.ts';
import { apiTrouble } from './api-trouble.ts';
import { kindMachines } from './kind-machines.ts';
import { askPatiently } from './patient-api.ts';
import { startToyApiServer, type ToyApiServer } from './testing/toy-api-server.ts';

const SOON = { interval: 10, timeout: 20_000 } as const;
const THROTTLED = {
  status: 429,
  headers: { 'retry-after': '1', 'content-type': 'text/plain' },
  body: 'Too many requests, please try again later.\n',
};

let server: ToyApiServer;
let told: string[];
beforeEach(async () => {
  server = await startToyApiServer();
  server.put('worker-1');
  told = [];
  server.api.trouble.onChange(({ text }) => told.push(text));
});
afterEach(async () => {
  server.api.trouble.close();
  await server.close();
});

const refusals = () => server.requests.filter(({ refused }) => refused !== undefined).length;
const ask = () => server.api.core.listPodForAllNamespaces();
const pods = async (patience = {}) => {
  const { items } = await askPatiently(server.api, ask, patience);
  return items.map(({ metadata }) => metadata?.name);
};

test.each([{ status: 500 }, { status: 503 }, THROTTLED])('an answer of $status is no answer yet', async (refusal) => {
  server.refuse(refusal);
  const asked = pods();
  await pWaitFor(() => refusals() >= 2, SOON);
  server.refuse();
  expect(await asked).toEqual(['worker-1']);
  expect(told).toHaveLength(1);
});

test('a server that is away is asked until it is back', async () => {
  await server.goAway();
  const asked = pods();
  await pWaitFor(() => told.length > 0, SOON);
  await server.comeBack();
  expect(await asked).toEqual(['worker-1']);
  expect(told[0]).toContain('ECONNREFUSED');
});

test('a server that takes a request and says nothing is waited for, and told of before it answers', async () => {
  const answer = Promise.withResolvers<string>();
  const asked = askPatiently(server.api, () => answer.promise, { silentMs: 20 });
  await pWaitFor(() => told.length > 0, SOON);
  expect(told[0]).toContain('no answer');
  answer.resolve('here');
  expect(await asked).toBe('here');
  await pWaitFor(() => told.length > 1, SOON);
  expect(told[1]).toContain('can be asked again');
});

test('what the server means is thrown at once', async () => {
  server.refuse({ status: 403 });
  await expect(pods()).rejects.toMatchObject({ code: 403 });
  expect(refusals()).toBe(1);
  expect(told).toEqual([]);
});

test('patience ends: with its time, and with the signal', async () => {
  server.refuse({ status: 500 });
  await expect(pods({ withinMs: 300 })).rejects.toMatchObject({
    code: 'platform',
    afterMs: 300,
    lastState: '500 Internal Server Error',
  });
  server.refuse({ status: 429, headers: { 'retry-after': '3600' } });
  const ending = new AbortController();
  const asked = pods({ signal: ending.signal });
  await pWaitFor(() => refusals() >= 3, SOON);
  ending.abort(new Error('the run is over'));
  await expect(asked).rejects.toThrow('the run is over');
  await expect(pods({ signal: ending.signal })).rejects.toThrow('the run is over');
});

test('a server that does not answer at all is given up in time', async () => {
  const silent = () => new Promise<never>(() => undefined);
  await expect(askPatiently(server.api, silent, { withinMs: 50 })).rejects.toMatchObject({ lastState: 'silent' });
});

describe('the machines of a cluster whose API server is in trouble', () => {
  const pod: V1Pod = { metadata: { name: 'worker-1', namespace: 'airbyte' } };
  const instance: Instance = {
    name: 'worker-1',
    component: 'worker',
    state: 'running',
    ready: true,
    restarts: 0,
    isExpected: true,
    host: '127.0.0.1',
    ports: {},
  };
  const nothing = async (): Promise<void> => Promise.resolve();
  let machines: MachineControl;
  beforeEach(() => {
    const nodes = {
      list: async () => Promise.resolve([{ id: 'a', name: 'node-a', role: 'worker', state: 'running' } as const]),
      runIn: async () => Promise.resolve(undefined),
      warmUp: nothing,
      close: () => undefined,
    };
    const watch = { all: () => [pod], onChange: () => () => undefined, stop: () => undefined };
    machines = kindMachines('toy', server.api, nodes, watch);
  });
  const evict = (): Promise<Eviction> => machines.evict(instance);
  /** As the API server words it (pkg/registry/core/pod/storage/eviction.go). */
  const refusedByBudget = (causes: readonly object[]) => ({
    status: 429,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      kind: 'Status',
      reason: 'TooManyRequests',
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: { causes },
      code: 429,
    }),
  });

  test('what a budget refuses is refused, at once and as evidence', async () => {
    server.refuse(refusedByBudget([{ reason: 'DisruptionBudget', message: 'The disruption budget worker needs 2' }]));
    expect(await evict()).toEqual({
      isAccepted: false,
      text: "refused (429): Cannot evict pod as it would violate the pod's disruption budget.",
    });
    expect(refusals()).toBe(1);
    expect(told).toEqual([]);
  });

  test.each([
    ['in plain text', THROTTLED],
    ['as a status without a budget', refusedByBudget([{ reason: 'Other' }])],
  ])('a server that is too busy, and says so %s, refuses no eviction', async (_how, refusal) => {
    server.refuse(refusal);
    const asked = evict();
    await pWaitFor(() => refusals() >= 2, SOON);
    server.refuse();
    expect(await asked).toEqual({ isAccepted: true, text: 'accepted' });
  });

  test('a pod that is gone when it is asked for again was evicted', async () => {
    server.refuse({ status: 500 });
    const asked = evict();
    await pWaitFor(() => refusals() >= 1, SOON);
    server.refuse({ status: 404 });
    expect(await asked).toEqual({ isAccepted: true, text: 'it is gone already (404)' });
  });

  test('only the pod that is meant is asked to go: another that has its name meanwhile is left alone', async () => {
    const evicted = vi.spyOn(server.api.core, 'createNamespacedPodEviction');
    const deleted = vi.spyOn(server.api.core, 'deleteNamespacedPod');
    const meant = { ...instance, uid: 'the first' };
    const preconditions = { uid: 'the first' };
    await machines.evict(meant);
    await machines.remove(meant);
    expect(evicted.mock.lastCall?.[0].body.deleteOptions).toEqual({ preconditions });
    expect(deleted.mock.lastCall?.[0].body).toEqual({ preconditions });
    server.refuse({ status: 409 });
    const found = vi.spyOn(server.api.core, 'readNamespacedPod').mockResolvedValue({ metadata: { uid: 'the second' } });
    const another = 'it is gone already (409: another pod has its name)';
    expect(await machines.evict(meant)).toEqual({ isAccepted: true, text: another });
    // A conflict about something else, with the pod still there, is no success.
    found.mockResolvedValue({ metadata: { uid: 'the first' } });
    await expect(machines.evict(meant)).rejects.toThrow('409 Conflict');
    await expect(evict()).rejects.toThrow('409 Conflict'); // nothing says that this was about the pod
  });

  test('what is refused for another reason is an error that names it', async () => {
    server.refuse({ status: 403, body: '{"message":"the account may not"}' });
    await expect(evict()).rejects.toThrow('worker-1 could not be evicted: 403 Forbidden: the account may not.');
  });

  test('while they cannot be listed their zones and cordons stay known, and who is ready is not', async () => {
    server.putNode({
      metadata: { name: 'node-a', labels: { 'topology.kubernetes.io/zone': 'a' } },
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    });
    const before = { name: 'node-a', role: 'worker', isUp: true, zone: 'a' };
    expect(await machines.list()).toEqual([{ ...before, isReady: true, isSchedulable: true }]);
    server.refuse({ status: 500 });
    expect(await machines.list()).toEqual([{ ...before, isSchedulable: true }]);
    const cordoned = machines.cordon('node-a');
    await pWaitFor(() => told.length > 0, SOON);
    server.refuse();
    await cordoned;
    server.refuse({ status: 500 });
    expect(await machines.list()).toEqual([{ ...before, isSchedulable: false }]);
  });
});

test('an answer that was given is not kept until patience would have ended', async () => {
  const askOnce = async (): Promise<WeakRef<object>> => {
    const answer = await askPatiently({ trouble: apiTrouble('test') }, async () => Promise.resolve({ pods: [] }));
    return new WeakRef(answer);
  };
  const given = await askOnce();
  // A reference is kept to the end of the turn in which it was made.
  await new Promise((resolve) => void setTimeout(resolve));
  releaseMemory();
  expect(given.deref()).toBeUndefined();
});
