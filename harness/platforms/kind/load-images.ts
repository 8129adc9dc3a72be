import { execa } from 'execa';
import { ChaosError } from '../../core/errors.ts';
import { nodesOf, type ClusterNode } from './nodes.ts';

const CTR = ['ctr', '--namespace', 'k8s.io'];

/**
 * Puts images of the machine's Docker into every node that lacks one of them: one archive, read once, streamed to all nodes at the same time (the
 * fastest way that was measured: facts/kind-stack.md). A control plane beside workers runs nothing of the stack and gets none. Returns how many
 * nodes lacked one.
 * @throws ChaosError `platform` when a node does not take them.
 */
export async function loadImages(cluster: string, images: readonly string[], signal: AbortSignal): Promise<number> {
  const all = await nodesOf(cluster);
  const workers = all.filter(({ role }) => role === 'worker');
  const nodes = workers.length > 0 ? workers : all;
  const lacking: ClusterNode[] = [];
  const wanted = new Set<string>();
  for (const node of nodes) {
    const missing = await missingIn(node, images, signal);
    if (missing.length > 0) lacking.push(node);
    for (const image of missing) wanted.add(image);
  }
  if (lacking.length === 0) return 0;
  const save = execa('docker', ['save', ...wanted], {
    encoding: 'buffer',
    buffer: false,
    reject: false,
    cancelSignal: signal,
  });
  const imports = lacking.map((node) =>
    save.pipe(
      'docker',
      ['exec', '--interactive', node.id, ...CTR, 'images', 'import', '--snapshotter', 'overlayfs', '-'],
      {
        reject: false,
        cancelSignal: signal,
      },
    ),
  );
  const results = await Promise.all(imports);
  const failed = results.findIndex(({ exitCode }) => exitCode !== 0);
  if (failed === -1) return lacking.length;
  throw new ChaosError({
    code: 'platform',
    message: `${lacking[failed]?.name ?? cluster} did not take the images of the stack.`,
    lastState: (results[failed]?.stderr ?? '').slice(-400),
  });
}

async function missingIn(
  node: ClusterNode,
  images: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { stdout } = await execa('docker', ['exec', node.id, ...CTR, 'images', 'list', '--quiet'], {
    cancelSignal: signal,
  });
  const names = stdout.split('\n');
  return images.filter((image) => !names.some((name) => name === image || name.endsWith(`/${image}`)));
}
