import type { V1Pod } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { containerIdOf, goneInstance, instanceOf, routesOf } from './pod-instance.ts';

const GATEWAY = '172.18.255.250';

function pod(changes: Partial<V1Pod> = {}, status: Partial<V1Pod['status']> = {}): V1Pod {
  return {
    metadata: { name: 'worker-1', labels: { 'airbyte-chaos/component': 'worker' } },
    spec: { nodeName: 'node-a', containers: [{ name: 'worker', ports: [{ name: 'http', containerPort: 8080 }] }] },
    status: {
      podIP: '10.244.3.7',
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [
        {
          name: 'worker',
          image: 'i',
          imageID: 'i',
          ready: true,
          restartCount: 2,
          containerID: 'containerd://abc',
          state: { running: {} },
        },
      ],
      ...status,
    },
    ...changes,
  };
}

describe('a pod as an instance', () => {
  test('is named by the run of its container, and reached through the gateway', () => {
    expect(instanceOf(pod(), GATEWAY)).toMatchObject({
      name: 'worker-1',
      component: 'worker',
      state: 'running',
      ready: true,
      restarts: 2,
      incarnation: 'abc',
      node: 'node-a',
      url: `http://${GATEWAY}:${routesOf(pod())[0]?.port}`,
    });
  });

  test('is not ready while it is being ended, whatever its condition still says', () => {
    const labels = { 'airbyte-chaos/component': 'worker' };
    const metadata = { name: 'worker-1', labels, deletionTimestamp: new Date() };
    expect(instanceOf(pod({ metadata }), GATEWAY)).toMatchObject({ ready: false, detail: 'it is being ended' });
  });

  test('that no node takes says why', () => {
    const message = '0/4 nodes are available: 2 node(s) did not match pod topology spread constraints.';
    const waiting = pod(
      { spec: { containers: [{ name: 'worker' }] } },
      { containerStatuses: [], conditions: [{ type: 'PodScheduled', status: 'False', message }] },
    );
    expect(instanceOf(waiting, GATEWAY)).toMatchObject({ state: 'pending', ready: false, detail: message });
    expect(containerIdOf(waiting)).toBeUndefined();
  });

  test('that crashes again and again is in back-off', () => {
    const state = { waiting: { reason: 'CrashLoopBackOff' } };
    const containerStatuses = [{ name: 'w', image: 'i', imageID: 'i', ready: false, restartCount: 3, state }];
    expect(instanceOf(pod({}, { containerStatuses, conditions: [] }), GATEWAY)).toMatchObject({
      state: 'backoff',
      ready: false,
    });
  });

  test('with a volume of its own cannot run on another machine', () => {
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
    const tied = pod({ spec: { nodeName: 'node-a', containers: [{ name: 'w' }], volumes } });
    expect(instanceOf(tied, GATEWAY)).toMatchObject({ isTied: true });
    expect(instanceOf(pod(), GATEWAY)).not.toHaveProperty('isTied');
  });

  test('that is gone is neither ready nor a run of anything', () => {
    const there = instanceOf(pod(), GATEWAY);
    const gone = there === undefined ? undefined : goneInstance(there);
    expect(gone).toMatchObject({ name: 'worker-1', state: 'exited', ready: false, node: 'node-a', removal: 'done' });
    expect(gone).not.toHaveProperty('incarnation');
  });

  test('has the UID of the pod, through restarts and to its end', () => {
    const labels = { 'airbyte-chaos/component': 'worker' };
    const there = instanceOf(pod({ metadata: { name: 'worker-1', uid: 'u-1', labels } }), GATEWAY, true);
    expect(there).toMatchObject({ uid: 'u-1', isInService: true });
    expect(there).not.toHaveProperty('removal');
    const gone = there === undefined ? undefined : goneInstance(there);
    expect(gone).toMatchObject({ uid: 'u-1' });
    expect(gone).not.toHaveProperty('isInService');
  });

  test('is being taken away from when it is asked to end, or has failed for good', () => {
    const labels = { 'airbyte-chaos/component': 'worker' };
    const metadata = { name: 'worker-1', labels, deletionTimestamp: new Date() };
    expect(instanceOf(pod({ metadata }), GATEWAY)).toMatchObject({ removal: 'begun' });
    expect(instanceOf(pod({}, { phase: 'Failed' }), GATEWAY)).toMatchObject({ removal: 'begun' });
  });

  test('says nothing of a service where there is none', () => {
    expect(instanceOf(pod(), GATEWAY)).not.toHaveProperty('isInService');
  });

  test('is none when it belongs to no component', () => {
    expect(instanceOf(pod({ metadata: { name: 'coredns' } }), GATEWAY)).toBeUndefined();
  });
});

describe('ports of the gateway', () => {
  test('are different for every pod of both clusters', () => {
    const ports = new Set<number>();
    let pods = 0;
    for (const cluster of [244, 245]) {
      for (let node = 0; node < 8; node += 1) {
        for (let host = 1; host < 255; host += 1) {
          pods += 1;
          ports.add(routesOf(pod({}, { podIP: `10.${cluster}.${node}.${host}` }))[0]?.port ?? 0);
        }
      }
    }
    expect(ports.size).toBe(pods);
    expect([Math.min(...ports), Math.max(...ports)]).toEqual([20_002, 28_188]);
  });

  test('lead to the database and to Patroni of a node of the database', () => {
    const ports = [
      { name: 'postgresql', containerPort: 5432 },
      { name: 'patroni', containerPort: 8008 },
    ];
    const metadata = { name: 'patroni-0', labels: { 'airbyte-chaos/component': 'patroni' } };
    const routes = routesOf(pod({ metadata, spec: { containers: [{ name: 'patroni', ports }] } }));
    expect(routes.map(({ use, podPort }) => [use, podPort])).toEqual([
      ['postgres', 5432],
      ['http', 8008],
    ]);
  });
});
