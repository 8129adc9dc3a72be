import type { V1EndpointSlice, V1Pod } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { apiTrouble } from './api-trouble.ts';
import { currentSite, type SiteCluster } from './current-site.ts';

/** A cluster with these pods, that says what is asked of it. */
function toyCluster(name: string, ...pods: readonly string[]) {
  let listener: (pod: V1Pod, isGone: boolean) => void = () => undefined;
  let endpointListener: (slice: V1EndpointSlice, isGone: boolean) => void = () => undefined;
  const slice: V1EndpointSlice = { metadata: { name }, addressType: 'IPv4' };
  const asked: string[] = [];
  const trouble = apiTrouble(name);
  const all = pods.map((pod): V1Pod => ({ metadata: { name: pod } }));
  const ended = async (what: string, signal: AbortSignal): Promise<void> => {
    asked.push(`${what} begun`);
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    asked.push(`${what} ended`);
  };
  const nothing = async (): Promise<void> => Promise.resolve();
  const cluster: SiteCluster = {
    name,
    // Only passed on.
    api: Object.create(null),
    nodes: {
      list: async () => Promise.resolve([{ id: name, name, role: 'worker', state: 'running' }]),
      runIn: async () => Promise.resolve(name),
      warmUp: nothing,
      close: () => undefined,
    },
    pods: {
      all: () => all,
      onChange(heard) {
        listener = heard;
        return () => (listener = () => undefined);
      },
      stop: () => undefined,
    },
    endpoints: {
      all: () => [slice],
      onChange(heard) {
        endpointListener = heard;
        return () => (endpointListener = () => undefined);
      },
      stop: () => undefined,
    },
    machines: {
      list: async () => Promise.resolve([]),
      watch: (_onChange, signal) => ended('machines', signal),
      kill: nothing,
      cutOff: nothing,
      isCutOff: async () => Promise.resolve(false),
      cordon: nothing,
      remove: async () => Promise.resolve({ isAccepted: true, text: name }),
      evict: async () => Promise.resolve({ isAccepted: true, text: name }),
    },
    autoscalers: { watch: (_onChange, signal) => ended('autoscalers', signal) },
    databaseStore: {
      read: async () => Promise.resolve(new Map([['leader', name]])),
      leaseSeconds: async () => Promise.resolve(undefined),
    },
    trouble,
    close() {
      trouble.close();
      asked.push('closed');
    },
  };
  const say = (pod: string): void => listener({ metadata: { name: pod } }, false);
  return { cluster, asked, trouble, say, change: () => endpointListener(slice, false) };
}

function heardBy(site: ReturnType<typeof currentSite>): string[] {
  const heard: string[] = [];
  site.pods.onChange((pod, isGone) => heard.push(`${pod.metadata?.name}${isGone ? ' gone' : ''}`));
  return heard;
}

test('who follows the pods is told that all are gone, and then of those of the next cluster', () => {
  const [old, next] = [toyCluster('old', 'a', 'b'), toyCluster('next', 'c')];
  const site = currentSite(old.cluster);
  const heard = heardBy(site);
  old.say('a');
  site.lose();
  expect(heard.splice(0)).toEqual(['a', 'a gone', 'b gone']);
  expect([site.isLost(), site.pods.all(), site.lostPods().length]).toEqual([true, [], 2]);
  old.say('a'); // what a dead cluster still says is not heard
  site.replace(next.cluster);
  next.say('c');
  expect(heard).toEqual(['c', 'c']);
  expect([site.isLost(), site.generation(), site.lostPods()]).toEqual([false, 2, []]);
  expect(old.asked).toEqual(['closed']);
});

test('where Services lead is followed to the next cluster, and on a lost one they lead nowhere', () => {
  const [old, next] = [toyCluster('old', 'a'), toyCluster('next', 'b')];
  const site = currentSite(old.cluster);
  const heard: string[] = [];
  site.endpoints.onChange(({ metadata }) => heard.push(metadata?.name ?? ''));
  old.change();
  site.lose();
  old.change();
  expect(site.endpoints.all()).toEqual([]);
  site.replace(next.cluster);
  old.change();
  next.change();
  expect(heard).toEqual(['old', 'next']);
  expect(site.endpoints.all().map(({ metadata }) => metadata?.name)).toEqual(['next']);
});

test('whoever asks is answered by the cluster that is there now', async () => {
  const site = currentSite(toyCluster('old').cluster);
  site.replace(toyCluster('next').cluster);
  const { signal } = new AbortController();
  expect((await site.databaseStore.read('scope', signal)).get('leader')).toBe('next');
  expect(await site.nodes.runIn('node', 'true')).toBe('next');
  expect((await site.nodes.list()).map(({ name }) => name)).toEqual(['next']);
});

test('a watch of the machines goes on with those of the next cluster, until it is ended', async () => {
  const [old, next] = [toyCluster('old'), toyCluster('next')];
  const site = currentSite(old.cluster);
  const ending = new AbortController();
  const watching = site.machines.watch(() => undefined, ending.signal);
  await Promise.resolve();
  site.lose();
  site.replace(next.cluster);
  await expect.poll(() => next.asked).toEqual(['machines begun']);
  expect(old.asked).toEqual(['machines begun', 'closed', 'machines ended']);
  ending.abort();
  await watching;
  expect(next.asked).toEqual(['machines begun', 'machines ended']);
});

test('trouble with an API server is told of every cluster in turn, and ends with its cluster', () => {
  const [old, next] = [toyCluster('old'), toyCluster('next')];
  const site = currentSite(old.cluster);
  old.trouble.failed(old, new Error('no answer'));
  const told: string[] = [];
  const stop = site.onTrouble(({ isOver, text }) => told.push(`${isOver ? 'over: ' : ''}${text}`));
  site.lose();
  old.trouble.failed(old, new Error('no answer'));
  site.replace(next.cluster);
  next.trouble.failed(next, new Error('busy'));
  expect(told).toEqual([
    'The API server of old cannot be asked (no answer); it is tried again.',
    expect.stringMatching(
      /^over: The API server of old is not asked any more after .* \(failed tries: 1; no answer\)\.$/,
    ),
    'The API server of next cannot be asked (busy); it is tried again.',
  ]);
  stop();
  next.trouble.close();
  expect(told).toHaveLength(3);
});

test('a watch that fails while its cluster is there has failed', async () => {
  const { cluster } = toyCluster('only');
  const failing = { ...cluster, autoscalers: { watch: () => Promise.reject(new Error('no autoscalers')) } };
  const site = currentSite(failing);
  await expect(site.autoscalers.watch(() => undefined, new AbortController().signal)).rejects.toThrow('no autoscalers');
});
