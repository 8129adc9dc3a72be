import { execa } from 'execa';

const CTR = ['ctr', '--namespace', 'k8s.io', 'images'];

/** Puts images of the machine's Docker into the nodes of a kind cluster, whose names are those of their containers; what is there is left as it is. */
export async function loadImages(
  nodes: readonly string[],
  images: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  for (const node of nodes) {
    const { stdout } = await execa('docker', ['exec', node, ...CTR, 'list', '--quiet'], { cancelSignal: signal });
    const missing = images.filter((image) => !stdout.split('\n').some((name) => name.endsWith(`/${image}`)));
    if (missing.length === 0) continue;
    const save = execa('docker', ['save', ...missing], { encoding: 'buffer', buffer: false, cancelSignal: signal });
    const into = ['exec', '--interactive', node, ...CTR, 'import', '--snapshotter', 'overlayfs', '-'];
    await save.pipe('docker', into, { cancelSignal: signal });
  }
}
