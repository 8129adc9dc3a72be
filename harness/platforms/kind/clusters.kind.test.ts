import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findMarkedProcesses } from '../../core/process-identity.ts';
import {
  clusterRecords,
  forgetCluster,
  kubeconfigOf,
  readClusterRecord,
  writeClusterRecord,
} from './cluster-record.ts';
import { ensureCluster, removeCluster, removeNetwork, type ClusterPlan } from './clusters.ts';
import { deployStack } from './deploy-stack.ts';
import { runKubectl } from './kubectl.ts';
import { nodesOf } from './nodes.ts';
import { IS_SHORT, ONLY_LONG } from '../../cli/testing/long-test.ts';
import { whyNotHere } from './testing/kind-here.ts';
import { prepareKindTools, type KindTools } from './tools.ts';

const MAKER = fileURLToPath(new URL('testing/make-cluster.ts', import.meta.url));
const reason = IS_SHORT ? ONLY_LONG : await whyNotHere();
const PLAN: ClusterPlan = { name: `airbyte-chaos-test-${process.pid}`, config: 'dr.yaml', hasWorkers: false };
const { signal } = new AbortController();
/** There is no object store beside the cluster: nothing is synced here. */
const STACK = { settings: {}, weaknesses: [], objectStore: { host: '127.0.0.1', port: 1 }, signal };

describe.skipIf(reason !== undefined)(`a kind cluster${reason === undefined ? '' : ` (not here: ${reason})`}`, () => {
  const state = mkdtempSync(join(tmpdir(), 'kind-state-'));
  let tools: KindTools;
  const said: string[] = [];
  const ensure = (plan = PLAN, using = tools) =>
    ensureCluster(plan, { tools: using, signal, onProgress: (text) => said.push(text) });

  beforeAll(async () => {
    process.env['CHAOS_STATE_DIR'] = state;
    tools = await prepareKindTools(() => undefined, signal);
  });
  afterAll(async () => {
    await removeCluster(PLAN.name);
    await removeNetwork().catch(() => undefined); // clusters of somebody else may be on it
    rmSync(state, { recursive: true, force: true });
  });

  test('comes up with its nodes and its system ready, and is reached by a file of its own', async () => {
    expect(await ensure()).toMatchObject({ nodes: 1, isNew: true, kubeconfig: kubeconfigOf(PLAN.name) });
    const { stdout } = await execa(tools.kubectl, ['--kubeconfig', kubeconfigOf(PLAN.name), 'get', 'pods', '-A']);
    expect(stdout).toMatch(/metrics-server\S+ +1\/1/);
    expect(said).toContain(`${PLAN.name}: Starting control-plane`);
  });

  test('carries the whole stack, which answers through its services', async () => {
    const cluster = await ensure();
    await deployStack(cluster, { ...STACK, tools, onProgress: (text) => said.push(text) });
    const look = async (...args: readonly string[]): Promise<string> =>
      runKubectl({ cluster: PLAN.name, kubectl: tools.kubectl, args });
    const ready = '{range .items[*]}{.metadata.name}={.status.readyReplicas} {end}';
    const replicas = await look('get', 'deployments,statefulsets', '-A', '-o', `jsonpath=${ready}`);
    for (const one of ['server=2', 'scheduler=2', 'worker=3', 'webapp=2', 'temporal=2', 'patroni=3']) {
      expect(replicas.split(' ')).toContain(one);
    }
    const health = await look('get', '--raw', '/api/v1/namespaces/airbyte/services/server:http/proxy/api/v1/health');
    expect(JSON.parse(health)).toEqual({ available: true });
  });

  test('takes the stack again without changing what is there', async () => {
    const cluster = await ensure();
    const pods = async (): Promise<string> =>
      runKubectl({
        cluster: PLAN.name,
        kubectl: tools.kubectl,
        args: ['get', 'pods', '-A', '--selector', 'airbyte-chaos/component', '-o', 'jsonpath={.items[*].metadata.uid}'],
      });
    const before = await pods();
    await deployStack(cluster, { ...STACK, tools, onProgress: (text) => said.push(text) });
    expect(await pods()).toBe(before);
    expect(said).toContain('every node has the images');
  });

  test('is taken as it is the next time, also after its node was stopped', async () => {
    const before = await nodesOf(PLAN.name);
    await execa('docker', ['kill', before[0]?.id ?? '']);
    expect(await ensure()).toMatchObject({ isNew: false });
    expect((await nodesOf(PLAN.name)).map(({ id, state: now }) => [id, now])).toEqual([[before[0]?.id, 'running']]);
  });

  test('is not taken for one that was made from something else', async () => {
    await expect(ensure(PLAN, { ...tools, nodeImage: 'another' })).rejects.toMatchObject({ code: 'config' });
  });

  test('is not touched when somebody else made it', async () => {
    const record = readClusterRecord(PLAN.name);
    const kubeconfig = kubeconfigOf(PLAN.name);
    process.env['CHAOS_STATE_DIR'] = `${state}/other`;
    await expect(ensure()).rejects.toMatchObject({ code: 'config', message: expect.stringContaining('did not make') });
    process.env['CHAOS_STATE_DIR'] = state;
    expect([readClusterRecord(PLAN.name), kubeconfigOf(PLAN.name)]).toEqual([record, kubeconfig]);
    expect(await nodesOf(PLAN.name)).toHaveLength(1);
  });

  test.each(['Preparing nodes', 'Starting control-plane'])(
    'whose maker was killed at "%s" is found by its record, and nothing of it comes after its removal',
    async (step) => {
      const plan = { ...PLAN, name: `${PLAN.name}-killed` };
      const maker = execa(process.execPath, [MAKER, plan.name], { reject: false });
      for await (const line of maker) if (line.includes(step)) maker.kill('SIGKILL');
      expect(clusterRecords().find(({ name }) => name === plan.name)?.state).toBe('creating');
      await removeCluster(plan.name);
      expect(await nodesOf(plan.name)).toEqual([]);
      expect(findMarkedProcesses(plan.name, state)).toEqual([]);
      // Made again from the start, and not disturbed by what the first maker may have asked for.
      expect(await ensure(plan)).toMatchObject({ nodes: 1, isNew: true });
      expect(await removeCluster(plan.name)).toBe(1);
    },
  );

  test('that was half made is found by its record and leaves nothing when it is removed', async () => {
    const record = readClusterRecord(PLAN.name);
    if (record === undefined) throw new Error('there is no record');
    writeClusterRecord({ ...record, state: 'creating' });
    expect(clusterRecords().map(({ state: now }) => now)).toEqual(['creating']);
    expect(await removeCluster(PLAN.name)).toBe(1);
    expect(await nodesOf(PLAN.name)).toEqual([]);
    expect(clusterRecords()).toEqual([]);
    forgetCluster(PLAN.name); // twice does no harm
  });
});
