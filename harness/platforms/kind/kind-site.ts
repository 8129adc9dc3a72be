import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pWaitFor from 'p-wait-for';
import { formatMillis } from '../../core/duration.ts';
import { ChaosError } from '../../core/errors.ts';
import type { Instance } from '../../core/platform.ts';
import type { Site, SiteView } from '../../core/site.ts';
import {
  forgetSite,
  readClusterRecord,
  stackDirectoryOf,
  writeClusterRecord,
  type ClusterRecord,
  type StackRecord,
} from './cluster-record.ts';
import { ensureCluster, RECOVERY, type Cluster } from './clusters.ts';
import { openSiteCluster, type CurrentSite } from './current-site.ts';
import { deployStages, prepareCluster, type DeployOptions } from './deploy-stack.ts';
import { emptyTemporalDatabases } from './empty-databases.ts';
import { routeServices } from './gateway.ts';
import { routeToCluster } from './gateway-routes.ts';
import { restoreOn } from './kind-restore.ts';
import { killNodes, nodesOf, removeNodes, volumesOf, volumesThatExist } from './nodes.ts';
import { findOutside } from './outside.ts';
import { serviceAddress } from './services.ts';
import { STAGES } from './stack-stages.ts';
import type { KindTools } from './tools.ts';

/** What is lost with a cluster: everything of the stack that runs in it. */
const COMPONENTS = ['patroni', 'temporal', 'server', 'scheduler', 'worker', 'webapp', 'backup'];
const READY_TIMEOUT_MS = 60_000;
const ANSWER_TIMEOUT_MS = 30_000;
const LOOK_EVERY_MS = 100;

export interface KindSiteOptions {
  readonly tools: KindTools;
  /** What the stack was asked to be. */
  readonly stack: StackRecord;
  readonly instances: () => Promise<readonly Instance[]>;
}

/** The cluster that a stack lives on as a site: it is lost with its nodes and all that is in them, and made anew from a configuration of its own. */
export function kindSite(site: CurrentSite, { tools, stack, instances }: KindSiteOptions): Site {
  let state: SiteView['state'] = 'up';
  let lost = { nodes: site.cluster().name, volumes: [] as readonly string[] };
  let next: Cluster | undefined;
  /** Nodes that are dead are cleared away while the recovery is being thought of: only who needs them gone waits for it. */
  let clearing: Promise<void> = Promise.resolve();

  async function options(signal: AbortSignal): Promise<DeployOptions> {
    const objectStore = serviceAddress('object-store', await findOutside());
    const { settings, weaknesses } = stack;
    return { tools, settings, weaknesses, objectStore, signal, onProgress: () => undefined };
  }
  /** @throws ChaosError `platform` before it was provisioned. */
  function provisioned(): Cluster {
    if (next !== undefined) return next;
    throw new ChaosError({ code: 'platform', message: 'There is no new site yet.' });
  }
  return {
    view: async () => Promise.resolve({ generation: site.generation(), state, components: COMPONENTS }),
    async destroy() {
      const { name } = site.cluster();
      const startedAt = performance.now();
      const nodes = await nodesOf(name);
      lost = { nodes: name, volumes: await volumesOf(nodes) };
      // On disk before the first node goes: what is left of it is never taken for a stack again.
      markDestroyed(name);
      state = 'destroyed';
      next = undefined;
      await killNodes(nodes);
      const elapsed = formatMillis(performance.now() - startedAt);
      site.lose();
      clearing = removeNodes(nodes);
      clearing.catch(() => undefined); // told to whoever waits for it
      return `${nodes.length} nodes of ${name} were killed at once (${elapsed}); they go, with ${lost.volumes.length} volumes`;
    },
    async processesLeft() {
      const running = (await nodesOf(lost.nodes)).filter(({ state: now }) => now === 'running' || now === 'paused');
      return running.map(({ name, state: now }) => `node ${name} (${now})`);
    },
    async dataLeft() {
      await clearing;
      const nodes = (await nodesOf(lost.nodes)).map(({ name }) => `node ${name}`);
      return [...nodes, ...(await volumesThatExist(lost.volumes)).map((name) => `volume ${name}`)];
    },
    async provision(signal) {
      const deploy = await options(signal);
      await clearing;
      await leadNowhere();
      forgetSite(RECOVERY.name); // where the site that was lost had that name itself
      const cluster = await ensureCluster(RECOVERY, deploy);
      await prepareCluster(cluster, deploy);
      mkdirSync(join(stackDirectoryOf(cluster.name), 'manifests'), { recursive: true });
      site.replace(await openSiteCluster(cluster));
      next = cluster;
      state = 'recovering';
      return `site number ${site.generation()}: cluster ${cluster.name} with ${cluster.nodes} node, whose API server keeps who leads the database, and the images of the stack`;
    },
    async restoreDatabase(target, signal) {
      provisioned();
      return restoreOn(site.cluster(), target, await options(signal));
    },
    async restoreWorkflows(store, signal) {
      const deploy = await options(signal);
      if (store === 'empty') await emptyTemporalDatabases(provisioned(), deploy);
      await deployStages(provisioned(), STAGES.temporal, deploy);
      return store === 'empty'
        ? 'Temporal serves, on empty tables; its workflows are lost'
        : 'Temporal serves on the restored PostgreSQL; its workflows are restored';
    },
    async deploy(signal) {
      await deployStages(provisioned(), STAGES.airbyte, await options(signal));
      await awaitInstances(instances, signal);
      const components = new Set((await instances()).map(({ component }) => component));
      return `ready: ${COMPONENTS.filter((component) => components.has(component)).join(', ')}`;
    },
    async switchEndpoints(signal) {
      const { name } = provisioned();
      const services = await routeToCluster(site.cluster().api, await findOutside());
      await awaitAnswer(signal);
      markWhole(name, stack, lost.nodes);
      state = 'up';
      return `switched: ${services.join(', ')}`;
    },
  };
}

function markDestroyed(name: string): void {
  const { stack: _stack, ...record } = recordOf(name);
  writeClusterRecord({ ...record, state: 'destroyed' });
}

/** From here on the stack lives there, and the site that was lost is forgotten. */
function markWhole(name: string, stack: StackRecord, lost: string): void {
  writeClusterRecord({ ...recordOf(name), stack });
  if (lost !== name) forgetSite(lost);
}

function recordOf(name: string): ClusterRecord {
  const record = readClusterRecord(name);
  if (record !== undefined) return record;
  throw new ChaosError({ code: 'internal', message: `${name} has no record.` });
}

/** Docker gives the addresses of dead nodes to new ones; what looked for the dead site must not find the new one before it is ready. */
async function leadNowhere(): Promise<void> {
  const gateway = (await findOutside()).find(({ component }) => component === 'gateway');
  if (gateway !== undefined) await routeServices(gateway.id, { nodes: [], nodePorts: {} });
}

/** What the API server says of them reaches us a moment after it has told kubectl. */
async function awaitInstances(instances: KindSiteOptions['instances'], signal: AbortSignal): Promise<void> {
  const areReady = async (): Promise<boolean> =>
    (await instances()).every(({ isExpected, ready }) => ready || !isExpected);
  await pWaitFor(areReady, { interval: LOOK_EVERY_MS, timeout: READY_TIMEOUT_MS, signal });
}

/** The gateway has looked at the new nodes, and lets requests through to them. */
async function awaitAnswer(signal: AbortSignal): Promise<void> {
  const { host, port } = serviceAddress('server', await findOutside());
  const answers = async (): Promise<boolean> => {
    const timed = AbortSignal.any([signal, AbortSignal.timeout(2000)]);
    return fetch(`http://${host}:${port}/api/v1/health`, { signal: timed }).then(
      ({ ok }) => ok,
      () => false,
    );
  };
  await pWaitFor(answers, { interval: LOOK_EVERY_MS, timeout: ANSWER_TIMEOUT_MS, signal });
}
