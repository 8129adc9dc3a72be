import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { BuildContext, Part } from '../part.ts';
import { buildInto, emptyModule, go } from './go-program.ts';

/** What the cluster runs. kind 0.33 supports it, and facts/kind-stack.md was measured with it. */
export const KUBERNETES_VERSION = '1.34.4';
const PROGRAMS = [
  'kubeadm',
  'kubelet',
  'kubectl',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-proxy',
];
const [MAJOR = '', MINOR = ''] = KUBERNETES_VERSION.split('.');
/** Without its version in it, kubeadm takes itself for v0.0.0 and refuses. */
const LINKER_FLAGS = [
  ['k8s.io/component-base/version.gitVersion', `v${KUBERNETES_VERSION}`],
  ['k8s.io/component-base/version.gitMajor', MAJOR],
  ['k8s.io/component-base/version.gitMinor', MINOR],
  ['k8s.io/component-base/version.gitTreeState', 'clean'],
  ['k8s.io/client-go/pkg/version.gitVersion', `v${KUBERNETES_VERSION}`],
]
  .map(([name, value]) => `-X ${name}=${value}`)
  .join(' ');

/** Everything of Kubernetes that a node needs, built from the Go module proxy. */
export const kubernetes: Part = {
  name: 'kubernetes',
  title: `Kubernetes ${KUBERNETES_VERSION} (${PROGRAMS.length} programs)`,
  inputs: [KUBERNETES_VERSION, LINKER_FLAGS, ...PROGRAMS],
  needs: [],
  async build(context) {
    const folder = emptyModule(context, requirements(await downloadGoMod(context)));
    const packages = PROGRAMS.map((name) => `k8s.io/kubernetes/cmd/${name}`);
    await buildInto(context, folder, { linkerFlags: LINKER_FLAGS, packages });
  },
};

async function downloadGoMod(context: BuildContext): Promise<string> {
  const module = emptyModule(context, '');
  const answer = await go(context, module, ['mod', 'download', '-json', `k8s.io/kubernetes@v${KUBERNETES_VERSION}`]);
  return readFileSync(z.object({ GoMod: z.string() }).parse(JSON.parse(answer)).GoMod, 'utf8');
}

/**
 * Kubernetes' own requirements for a module that imports it. Kubernetes takes its 31 libraries from its own folders
 * (`replace … => ./staging/…`); as a dependency they come in their published versions: v1.34.4 goes with v0.34.4.
 */
export function requirements(goMod: string): string {
  const published = `v0.${KUBERNETES_VERSION.slice(KUBERNETES_VERSION.indexOf('.') + 1)}`;
  const required = [...goMod.matchAll(/^require \([\s\S]*?^\)/gm)]
    .map(([block]) => block.replaceAll(/ v0\.0\.0$/gm, ` ${published}`))
    .join('\n');
  const replaced = [...goMod.matchAll(/^\t(\S+) => \.\/staging\/\S+$/gm)]
    .map(([, name]) => `\t${name} => ${name} ${published}`)
    .join('\n');
  return `\nrequire k8s.io/kubernetes v${KUBERNETES_VERSION}\n\n${required}\n\nreplace (\n${replaced}\n)\n`;
}
