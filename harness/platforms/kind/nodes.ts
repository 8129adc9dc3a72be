import { z } from 'zod';
import { docker } from './docker.ts';

/** The label that kind gives the containers of its nodes. */
const CLUSTER_LABEL = 'io.x-k8s.kind.cluster';
const ROLE_LABEL = 'io.x-k8s.kind.role';

/** One node of a cluster: a container. */
export interface ClusterNode {
  readonly id: string;
  readonly name: string;
  readonly role: 'control-plane' | 'worker';
  readonly state: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
}

const listed = z.object({
  ID: z.string(),
  Names: z.string(),
  Role: z.enum(['control-plane', 'worker']),
  State: z.enum(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']),
});

/** The nodes of a cluster, also those that do not run. @throws ChaosError `platform` when Docker does not answer. */
export async function nodesOf(cluster: string): Promise<readonly ClusterNode[]> {
  const filter = `label=${CLUSTER_LABEL}=${cluster}`;
  const fields = `{"ID":{{json .ID}},"Names":{{json .Names}},"State":{{json .State}},"Role":{{json (.Label "${ROLE_LABEL}")}}}`;
  const lines = await docker(['ps', '--all', '--no-trunc', '--filter', filter, '--format', fields]);
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => listed.parse(JSON.parse(line)))
    .map(({ ID, Names, Role, State }) => ({ id: ID, name: Names, role: Role, state: State }));
}

/** Removes nodes with their volumes, by their ids. */
export async function removeNodes(nodes: readonly ClusterNode[]): Promise<void> {
  if (nodes.length > 0) await docker(['rm', '--force', '--volumes', ...nodes.map(({ id }) => id)]);
}

/** Docker's volumes in which these nodes keep their data. */
export async function volumesOf(nodes: readonly ClusterNode[]): Promise<readonly string[]> {
  if (nodes.length === 0) return [];
  const format = '{{range .Mounts}}{{if eq .Type "volume"}}{{.Name}} {{end}}{{end}}';
  const printed = await docker(['inspect', '--type', 'container', '--format', format, ...nodes.map(({ id }) => id)]);
  return printed.split(/\s+/).filter((name) => name !== '');
}

/** Those of these volumes that are there. */
export async function volumesThatExist(names: readonly string[]): Promise<readonly string[]> {
  const there = new Set((await docker(['volume', 'ls', '--quiet'])).split('\n'));
  return names.filter((name) => there.has(name));
}

/** Ends everything in these nodes at once with SIGKILL, as when their machines lose power. */
export async function killNodes(nodes: readonly ClusterNode[]): Promise<void> {
  const running = nodes.filter(({ state }) => state === 'running' || state === 'paused');
  if (running.length > 0) await docker(['kill', ...running.map(({ id }) => id)]);
}

/** Starts nodes that were stopped, as after a restart of the machine. */
export async function startNodes(nodes: readonly ClusterNode[]): Promise<void> {
  for (const { id, state } of nodes) {
    if (state === 'paused') await docker(['unpause', id]);
    else if (state !== 'running') await docker(['start', id]);
  }
}
