import type { CoreV1Api, CustomObjectsApi, V1Pod } from '@kubernetes/client-node';
import { createServer, type Server } from 'node:https';
import pWaitFor from 'p-wait-for';
import { z } from 'zod';
import { addressPort } from './recording-server.ts';

/** Between two looks, in milliseconds. */
const EVERY_MS = 100;
const SLOT_MS = 2000;
const SLOTS = 900;
const NODE = 'node-1';
const TEST_RUNS = { group: 'k6.io', version: 'v1alpha1', plural: 'testruns' };

/** The kind of object that the k6 operator is asked by: as much of it as a run uses. */
const TEST_RUN_DEFINITION = JSON.stringify({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'testruns.k6.io' },
  spec: {
    group: 'k6.io',
    scope: 'Namespaced',
    names: { kind: 'TestRun', plural: 'testruns', singular: 'testrun' },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                required: ['parallelism', 'script'],
                properties: {
                  parallelism: { type: 'integer' },
                  script: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                },
                'x-kubernetes-preserve-unknown-fields': true,
              },
              status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
            },
          },
        },
      },
    ],
  },
});

/** Has an API server serve TestRuns. */
export async function serveTestRuns(
  kubectl: (args: readonly string[], input?: string) => Promise<string>,
): Promise<void> {
  await kubectl(['apply', '-f', '-'], TEST_RUN_DEFINITION);
  const isServed = async (): Promise<boolean> =>
    kubectl(['get', '--raw', '/apis/k6.io/v1alpha1']).then(
      (text) => text.includes('testruns'),
      () => false,
    );
  await pWaitFor(isServed, { interval: 200, timeout: 60_000 });
}

const testRun = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    parallelism: z.int(),
    runner: z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()) }),
      env: z.array(z.object({ name: z.string(), value: z.string().optional() })),
    }),
  }),
  status: z.object({ stage: z.string() }).optional(),
});
type TestRun = z.infer<typeof testRun>;

export interface StandInK6Options {
  readonly core: CoreV1Api;
  readonly custom: CustomObjectsApi;
  readonly namespace: string;
  /** Of the kubelet that gives the logs. */
  readonly certificate: { readonly cert: string; readonly key: string };
}

export interface StandInK6 {
  /** What the log of a runner says instead of its summary; undefined for what it should. */
  lastWords: ((runner: string) => string | undefined) | undefined;
  /** Requests that fail in each slot. */
  failing: number;
  /** Whether the pod that starts the runners fails. */
  starterFails: boolean;
  stop(): Promise<void>;
}

/**
 * Does what the k6 operator, its runners, the garbage collector and the kubelet that gives logs would do, for an API server without nodes: no request is sent. Stages, names and labels as in
 * grafana/k6-operator at e2c9571a, and as it was seen to do on nodes.
 */
export async function standInK6Operator({
  core,
  custom,
  namespace,
  certificate,
}: StandInK6Options): Promise<StandInK6> {
  const stopping = new AbortController();
  const started = new Map<string, { readonly atMs: number; readonly rate: number }>();
  const state: StandInK6 = { lastWords: undefined, failing: 0, starterFails: false, stop };
  const pods = async (): Promise<readonly V1Pod[]> =>
    (await core.listNamespacedPod({ namespace, labelSelector: 'app=k6,k6_cr' })).items;

  async function look(): Promise<void> {
    const listed = z.object({ items: z.array(testRun) });
    const { items } = listed.parse(await custom.listNamespacedCustomObject({ ...TEST_RUNS, namespace }));
    for (const one of items) await attend(one);
    for (const { metadata } of await pods()) {
      const owner = metadata?.labels?.['k6_cr'];
      if (metadata?.deletionTimestamp !== undefined || items.some((one) => one.metadata.name === owner)) continue;
      await core.deleteNamespacedPod({ name: metadata?.name ?? '', namespace });
    }
  }
  async function attend({ metadata: { name }, spec, status }: TestRun): Promise<void> {
    switch (status?.stage) {
      case undefined:
        await makePod(`${name}-initializer-x1x1x`, { ...spec.runner.metadata.labels, app: 'k6', k6_cr: name });
        return setStage(name, 'initialization');
      case 'initialization':
        return (await hasEnded(`${name}-initializer-x1x1x`, 'Succeeded')) ? setStage(name, 'initialized') : undefined;
      case 'initialized':
        for (let nth = 1; nth <= spec.parallelism; nth += 1) {
          const labels = {
            ...spec.runner.metadata.labels,
            app: 'k6',
            k6_cr: name,
            runner: 'true',
            'job-name': `${name}-${nth}`,
          };
          await makePod(`${name}-${nth}-x1x1x`, labels);
        }
        return setStage(name, 'created');
      case 'created': {
        const all = await pods();
        const isRunning = all.filter(
          (pod) => pod.metadata?.labels?.['k6_cr'] === name && pod.status?.phase === 'Running',
        );
        if (isRunning.length < spec.parallelism) return;
        const rate = Number(spec.runner.env.find((one) => one.name === 'RATE')?.value) / spec.parallelism;
        started.set(name, { atMs: Date.now(), rate });
        await makePod(`${name}-starter-x1x1x`, { ...spec.runner.metadata.labels, app: 'k6', k6_cr: name });
        return setStage(name, 'started');
      }
      case 'started':
        await hasEnded(`${name}-starter-x1x1x`, state.starterFails ? 'Failed' : 'Succeeded');
        return;
      default:
    }
  }
  /** Ends a pod once it runs; whether it has ended. */
  async function hasEnded(pod: string, phase: 'Succeeded' | 'Failed'): Promise<boolean> {
    const { status } = await core.readNamespacedPod({ name: pod, namespace });
    if (status?.phase !== 'Running') return status?.phase === phase;
    const body = [{ op: 'replace', path: '/status/phase', value: phase }];
    await core.patchNamespacedPodStatus({ name: pod, namespace, body });
    return true;
  }
  async function setStage(name: string, stage: string): Promise<void> {
    const body = [{ op: 'add', path: '/status', value: { stage } }];
    await custom.patchNamespacedCustomObjectStatus({ ...TEST_RUNS, namespace, name, body });
  }
  async function makePod(name: string, labels: Record<string, string>): Promise<void> {
    const spec = { containers: [{ name: 'k6', image: 'none' }], terminationGracePeriodSeconds: 30 };
    await core.createNamespacedPod({ namespace, body: { metadata: { name, labels }, spec } });
  }

  /** `/containerLogs/NAMESPACE/POD/CONTAINER`: what the pod says when it is told to end. */
  const kubelet: Server = createServer(certificate, (request, response) => {
    const pod = new URL(request.url ?? '', 'https://here').pathname.split('/')[3] ?? '';
    response.writeHead(200, { 'content-type': 'text/plain' }).flushHeaders();
    void (async () => {
      while (!stopping.signal.aborted && (await isLeftAlone(pod))) await sleep();
      response.end(lastWordsOf(pod));
    })().catch(() => response.destroy());
  });
  async function isLeftAlone(name: string): Promise<boolean> {
    const { metadata } = await core.readNamespacedPod({ name, namespace });
    return metadata?.deletionTimestamp === undefined;
  }
  function lastWordsOf(pod: string): string {
    const runner = pod.slice(0, -'-x1x1x'.length);
    const load = started.get(runner.replace(/-\d+$/, ''));
    return state.lastWords?.(runner) ?? summary(load?.atMs ?? Date.now(), Date.now(), load?.rate ?? 0, state.failing);
  }
  await new Promise<void>((resolve) => void kubelet.listen(0, '127.0.0.1', resolve));
  await makeNode(core, addressPort(kubelet.address()));

  const sleep = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, EVERY_MS));
  const done = (async () => {
    while (!stopping.signal.aborted) {
      await look().catch(() => undefined); // its kind may not be defined yet
      await sleep();
    }
  })();
  async function stop(): Promise<void> {
    stopping.abort();
    await done;
    kubelet.closeAllConnections();
    kubelet.close();
  }
  return state;
}

/** A node that is nothing but the address of its kubelet. */
async function makeNode(core: CoreV1Api, port: number): Promise<void> {
  await core.createNode({ body: { metadata: { name: NODE } } });
  const status = {
    addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
  };
  await core.patchNodeStatus({ name: NODE, body: [{ op: 'add', path: '/status', value: status }] });
}

/** What k6 says of a load at such a rate (`fixtures/load/api.ts`). */
function summary(fromMs: number, endedAtMs: number, rate: number, failing: number): string {
  const slots: number[][] = [];
  let sent = 0;
  for (let from = Math.floor(fromMs / SLOT_MS) * SLOT_MS; from <= endedAtMs; from += SLOT_MS) {
    const due = Math.floor(((Math.min(from + SLOT_MS, endedAtMs) - fromMs) / 1000) * rate);
    if (due > sent) slots.push([(from / SLOT_MS) % SLOTS, due - sent, Math.min(failing, due - sent), 1.5, 4.2, 20]);
    sent = Math.max(sent, due);
  }
  const failed = slots.reduce((sum, [, , of = 0]) => sum + of, 0);
  const said = {
    version: 1,
    endedAtMs,
    slotMs: SLOT_MS,
    slotCount: SLOTS,
    requests: sent,
    failed,
    dropped: 0,
    statuses: failed === 0 ? [] : [[503, failed]],
    slots,
  };
  return `\nchaos-load-summary ${JSON.stringify(said)}\ntest run was aborted because k6 received a 'terminated' signal\n`;
}
