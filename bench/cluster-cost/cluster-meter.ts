import axios from 'axios';
import type { RequestOptions } from 'node:https';
import { clusterOfStack, kubeconfigOf } from '../../harness/platforms/kind/cluster-record.ts';
import { kindNodes, type KindNodes } from '../../harness/platforms/kind/kind-nodes.ts';
import { connectKubernetes } from '../../harness/platforms/kind/kubernetes-api.ts';
import { CPU_SCRIPT, cpuSecondsIn } from '../../harness/platforms/kind/node-cpu.ts';
import type { ClusterReading, NodeReading } from './cluster-rates.ts';
import { readServerMetrics } from './server-metrics.ts';

const METRICS_TIMEOUT_MS = 30_000;

/** Reads the accounts of one cluster, by connections of its own that are open whether the harness is attached or not. */
export interface ClusterMeter extends Disposable {
  /** The address of its API server. */
  readonly server: string;
  /** Reads at the beginning of a window: the CPU time last, when the API server has printed its figures. */
  begin(): Promise<ClusterReading>;
  /** Reads at the end of a window: the CPU time first. */
  end(): Promise<ClusterReading>;
}

/**
 * Opens a shell in every node of the cluster that the stack is on.
 * @throws Error when there is none.
 */
export async function openClusterMeter(): Promise<ClusterMeter> {
  const name = clusterOfStack()?.name;
  if (name === undefined) throw new Error('There is no cluster to measure.');
  const { server, readRequests } = await openMetrics(kubeconfigOf(name));
  const nodes = kindNodes(name);
  await nodes.warmUp();
  return {
    server,
    async begin() {
      const requests = await readRequests();
      return { ...requests, nodes: await readNodes(nodes) };
    },
    async end() {
      const cpu = await readNodes(nodes);
      return { ...(await readRequests()), nodes: cpu };
    },
    [Symbol.dispose]: () => nodes.close(),
  };
}

/** Of every node that runs, the control plane included. */
async function readNodes(nodes: KindNodes): Promise<ReadonlyMap<string, NodeReading>> {
  const running = (await nodes.list()).filter(({ state }) => state === 'running');
  const readings = running.map(async ({ name }) => {
    const printed = (await nodes.runIn(name, `cat /proc/uptime\n${CPU_SCRIPT}`)) ?? '';
    const [clock = '', ...cpu] = printed.split('\n');
    return [name, { clockSeconds: Number.parseFloat(clock), cpuSeconds: cpuSecondsIn(cpu.join('\n')) }] as const;
  });
  return new Map(await Promise.all(readings));
}

interface Metrics {
  readonly server: string;
  readonly readRequests: () => Promise<Omit<ClusterReading, 'nodes'>>;
}

/** Asks by `node:https`, not by fetch, so that these requests are not taken for those of the harness. */
async function openMetrics(kubeconfig: string): Promise<Metrics> {
  const { config } = await connectKubernetes(kubeconfig);
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) throw new Error(`${kubeconfig} names no cluster.`);
  const tls: RequestOptions = {};
  await config.applyToHTTPSOptions(tls);
  return {
    server,
    async readRequests() {
      const askedMs = performance.now();
      const { data } = await axios.get<string>(`${server}/metrics`, {
        adapter: 'http',
        httpsAgent: tls.agent,
        proxy: false,
        responseType: 'text',
        timeout: METRICS_TIMEOUT_MS,
        headers: { 'Accept-Encoding': 'identity' }, // the API server would have to compress megabytes
      });
      return { requests: readServerMetrics(data), requestsAtMs: (askedMs + performance.now()) / 2 };
    },
  };
}
