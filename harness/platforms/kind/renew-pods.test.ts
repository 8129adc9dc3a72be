import type { V1Pod } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { apiTrouble } from './api-trouble.ts';
import { isHeldBack, renewPods } from './renew-pods.ts';
import { COMPONENT_LABEL, isPodReady } from './pod-instance.ts';
import type { PodWatch } from './pod-watch.ts';

const NOW_MS = Date.parse('2026-11-28T12:00:00Z');
const MINUTE_MS = 60_000;

interface Story {
  readonly restarts?: number;
  readonly startedAgoMs?: number;
  readonly owner?: string;
  readonly isEnding?: boolean;
  readonly isReady?: boolean;
}

function pod(
  uid: string,
  { restarts = 1, startedAgoMs = MINUTE_MS, owner = 'ReplicaSet', isEnding = false, isReady = true }: Story = {},
): V1Pod {
  const startedAt = new Date(NOW_MS - startedAgoMs);
  return {
    metadata: {
      name: `temporal-${uid}`,
      namespace: 'airbyte',
      uid,
      labels: { [COMPONENT_LABEL]: 'temporal' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: owner, name: 'temporal', uid: 'set-1' }],
      ...(isEnding ? { deletionTimestamp: new Date(NOW_MS) } : {}),
    },
    status: {
      conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
      containerStatuses: [
        {
          name: 'temporal',
          image: '',
          imageID: '',
          ready: true,
          restartCount: restarts,
          state: { running: { startedAt } },
        },
      ],
    },
  };
}

test.each([
  ['was started again a minute ago', {}, true],
  ['was never started again', { restarts: 0 }, false],
  ['has run for ten minutes since', { startedAgoMs: 10 * MINUTE_MS }, false],
  ['has run for a little less', { startedAgoMs: 10 * MINUTE_MS - 1 }, true],
  ['has data of its own', { owner: 'StatefulSet' }, false],
  ['is being ended anyway', { isEnding: true }, false],
])('a pod that %s', (_what, story: Story, expected) => {
  expect(isHeldBack(pod('a', story), NOW_MS)).toBe(expected);
});

test('also as a watch tells of it, with texts for times', () => {
  const told = (story: Story): V1Pod => JSON.parse(JSON.stringify(pod('a', story)));
  expect(isHeldBack(told({}), NOW_MS)).toBe(true);
  expect(isHeldBack(told({ startedAgoMs: 10 * MINUTE_MS }), NOW_MS)).toBe(false);
});

test('one that waits for its restart is held back already', () => {
  const waiting = pod('a');
  waiting.status = {
    containerStatuses: [
      {
        name: 'temporal',
        image: '',
        imageID: '',
        ready: false,
        restartCount: 3,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
      },
    ],
  };
  expect(isHeldBack(waiting, NOW_MS)).toBe(true);
});

/** A cluster that begins another pod as soon as one begins to end, as a ReplicaSet does; unless it was scaled in meanwhile. */
function cluster(all: V1Pod[], { becomesReady = true, isScaledIn = false } = {}) {
  const deleted: unknown[] = [];
  let present = all;
  let most = 0;
  const without = (name: string): V1Pod[] => present.filter(({ metadata }) => metadata?.name !== name);
  const watch: PodWatch = { all: () => present, onChange: () => () => undefined, stop: () => undefined };
  const deleteNamespacedPod = async ({ name, body }: { readonly name: string; readonly body?: unknown }) => {
    deleted.push([name, body]);
    const fresh = pod(`new-${deleted.length}`, { restarts: 0 });
    const notReady = pod(`new-${deleted.length}`, { restarts: 0, isReady: false });
    present = [
      ...without(name),
      pod(name.replace('temporal-', ''), { isEnding: true }),
      ...(isScaledIn ? [] : [notReady]),
    ];
    setTimeout(() => (present = without(name)), 5);
    if (becomesReady && !isScaledIn) setTimeout(() => (present = [...without(fresh.metadata?.name ?? ''), fresh]), 20);
    const ready = present.filter((one) => one.metadata?.deletionTimestamp === undefined && isPodReady(one));
    most = Math.max(most, all.length - ready.length);
    return Promise.resolve({});
  };
  const api = { trouble: apiTrouble('test'), core: { deleteNamespacedPod } };
  return { api, watch, deleted, most: () => most };
}

test('those that are held back are replaced, one after the other, and by their UID', async () => {
  const { api, watch, deleted, most } = cluster([pod('a'), pod('b'), pod('c', { restarts: 0 })]);
  const options = { pods: watch, signal: AbortSignal.timeout(5000), nowMs: NOW_MS };
  expect(await renewPods(api, options)).toEqual(['temporal-a', 'temporal-b']);
  expect(deleted).toEqual([
    ['temporal-a', { preconditions: { uid: 'a' } }],
    ['temporal-b', { preconditions: { uid: 'b' } }],
  ]);
  expect(most()).toBe(1);
});

test('nobody waits for one that an autoscaler has taken away meanwhile', async () => {
  const { api, watch } = cluster([pod('a'), pod('c', { restarts: 0 })], { isScaledIn: true });
  const options = { pods: watch, signal: AbortSignal.timeout(5000), nowMs: NOW_MS };
  expect(await renewPods(api, options)).toEqual(['temporal-a']);
});

test('where none is held back nothing is asked', async () => {
  const { api, watch, deleted } = cluster([pod('c', { restarts: 0 })]);
  expect(await renewPods(api, { pods: watch, signal: AbortSignal.timeout(5000), nowMs: NOW_MS })).toEqual([]);
  expect(deleted).toEqual([]);
});

test('who is interrupted waits no longer', async () => {
  const { api, watch } = cluster([pod('a')], { becomesReady: false });
  const options = { pods: watch, signal: AbortSignal.timeout(200), nowMs: NOW_MS };
  await expect(renewPods(api, options)).rejects.toMatchObject({ name: 'TimeoutError' });
});
