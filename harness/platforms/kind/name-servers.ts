import { KIND_CONFIG } from './tools.ts';

/** Patches of what kubeadm made, each with its object: the loss of a node takes the names away from nobody else; or from everybody. */
const DNS_PATCHES = {
  spread: [
    ['addons/coredns-on-every-worker.yaml', 'deployment', 'coredns'],
    ['addons/coredns-nearest.yaml', 'service', 'kube-dns'],
  ],
  weak: [
    ['addons/weakness-coredns-on-one-worker.yaml', 'deployment', 'coredns'],
    ['addons/weakness-coredns-anywhere.yaml', 'service', 'kube-dns'],
  ],
} as const;

/** What decides how a cluster with workers is made, in `kind-config`. */
export const NAME_SERVER_FILES: readonly string[] = DNS_PATCHES.spread.map(([file]) => file);

/** Says where the name servers of a cluster with workers run, and who asks which. Changes nothing that is so already. */
export async function patchNames({
  isSpread,
  kubectl,
}: {
  readonly isSpread: boolean;
  readonly kubectl: (...args: readonly string[]) => Promise<unknown>;
}): Promise<void> {
  const scoped = ['--namespace', 'kube-system'];
  for (const [file, ...object] of DNS_PATCHES[isSpread ? 'spread' : 'weak']) {
    await kubectl(...scoped, 'patch', ...object, '--patch-file', KIND_CONFIG + file);
  }
  await kubectl(...scoped, 'rollout', 'status', 'deployment/coredns', '--timeout=120s');
}
