import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashFiles } from '../hash-files.ts';
import type { BuildContext, Part } from '../part.ts';
import { buildImage, imagePart, LABEL } from './docker.ts';
import { kubernetes, KUBERNETES_VERSION } from './kubernetes.ts';
import { coredns, etcd, kindNodeFiles, localPathProvisioner, metricsServer, pause } from './programs.ts';
import { debianImage, fromDebian, nodeRoot } from './roots.ts';

const SOURCE = fileURLToPath(new URL('../node-image/', import.meta.url));

interface NodeProgram {
  readonly name: string;
  readonly from: Part;
  /** kube-proxy calls nft: it cannot run in an empty image. */
  readonly isOnDebian?: true;
}

/** Those that kubeadm runs as containers, under the names by which it asks for them. */
const CONTROL_PLANE: readonly NodeProgram[] = [
  { name: 'kube-apiserver', from: kubernetes },
  { name: 'kube-controller-manager', from: kubernetes },
  { name: 'kube-scheduler', from: kubernetes },
  { name: 'kube-proxy', from: kubernetes, isOnDebian: true },
  { name: 'etcd', from: etcd },
  { name: 'coredns', from: coredns },
  { name: 'pause', from: pause },
];

/** Those that our own manifests name. */
const ADDITIONS: readonly NodeProgram[] = [
  { name: 'local-path-provisioner', from: localPathProvisioner },
  { name: 'metrics-server', from: metricsServer },
];

/** Image for the nodes of a kind cluster, with everything that a new cluster starts inside it: nothing is pulled. */
export const nodeImage = imagePart(
  {
    name: 'kind-node',
    title: `image: node of a kind cluster, Kubernetes ${KUBERNETES_VERSION}`,
    inputs: [LABEL, hashFiles([SOURCE, fileURLToPath(import.meta.url)])],
    needs: [
      kubernetes,
      etcd,
      coredns,
      pause,
      localPathProvisioner,
      metricsServer,
      kindNodeFiles,
      debianImage,
      nodeRoot,
    ],
  },
  async (context, image) => {
    const root = await prepareRoot(context);
    const bare = `${image}-bare`;
    const preloaded = `${image}-preloaded`;
    const inside = await buildContainedImages(context);
    const images = [bare, preloaded, ...inside.map(({ built }) => built)];
    try {
      await context.run('bash', ['-c', 'tar -C "$0" -c . | docker import - "$1"', root, bare]);
      await preload(context, { bare, preloaded, inside });
      // `docker commit --change` refuses STOPSIGNAL.
      const entry = 'ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]';
      const dockerfile = [`FROM ${preloaded}`, 'ENV container=docker', 'STOPSIGNAL SIGRTMIN+3', entry, 'CMD []'];
      await buildImage(context, image, { dockerfile, files: [] });
    } finally {
      await context.run('docker', ['image', 'rm', '--force', ...images]);
    }
  },
);

async function prepareRoot({ run, scratch, folderOf }: BuildContext): Promise<string> {
  const root = join(scratch, 'root');
  mkdirSync(root);
  await run('tar', ['-C', root, '-xf', join(folderOf(nodeRoot), 'root.tar')]);
  const needed = [root, folderOf(kindNodeFiles), folderOf(kubernetes), KUBERNETES_VERSION];
  await run('bash', [join(SOURCE, 'prepare-root.sh'), ...needed]);
  return root;
}

/** An image that was built here, and the name that it has inside the node. */
interface ContainedImage {
  readonly built: string;
  readonly name: string;
}

async function buildContainedImages(context: BuildContext): Promise<ContainedImage[]> {
  const { run, folderOf } = context;
  const kubeadm = join(folderOf(kubernetes), 'kubeadm');
  const listed = await run(kubeadm, ['config', 'images', 'list', '--kubernetes-version', `v${KUBERNETES_VERSION}`]);
  const images: ContainedImage[] = [];
  for (const name of listed.split('\n').filter((line) => line !== '')) {
    const program = CONTROL_PLANE.find((each) => /([^/]+):[^:]+$/.exec(name)?.[1] === each.name);
    if (program === undefined) throw new Error(`kubeadm asks for ${name}, which is not built here`);
    images.push({ built: await buildProgramImage(context, program), name });
  }
  for (const addition of ADDITIONS) {
    images.push({ built: await buildProgramImage(context, addition), name: `airbyte-chaos/${addition.name}:1` });
  }
  const routes = 'airbyte-chaos/contained-node-routes:building';
  await buildImage(context, routes, {
    dockerfile: [fromDebian(), 'COPY kubectl run.sh /usr/local/bin/', 'ENTRYPOINT ["bash", "/usr/local/bin/run.sh"]'],
    files: [join(folderOf(kubernetes), 'kubectl'), join(SOURCE, 'node-routes/run.sh')],
  });
  images.push({ built: routes, name: 'airbyte-chaos/node-routes:1' });
  return images;
}

async function buildProgramImage(context: BuildContext, { name, from, isOnDebian }: NodeProgram): Promise<string> {
  const image = `airbyte-chaos/contained-${name}:building`;
  const path = 'ENV PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin';
  await buildImage(context, image, {
    dockerfile: [
      isOnDebian === true ? fromDebian() : 'FROM scratch',
      `COPY ${name} /usr/local/bin/`,
      path,
      `ENTRYPOINT ["/usr/local/bin/${name}"]`,
    ],
    files: [join(context.folderOf(from), name)],
  });
  return image;
}

/** Puts the images into the node's own containerd, which runs in a container of the bare node for that. */
async function preload(
  { run, scratch }: BuildContext,
  {
    bare,
    preloaded,
    inside,
  }: { readonly bare: string; readonly preloaded: string; readonly inside: readonly ContainedImage[] },
): Promise<void> {
  const archive = join(scratch, 'images.tar');
  await run('docker', ['save', '--output', archive, ...inside.map(({ built }) => built)]);
  const options = ['--detach', '--privileged', '--label', LABEL, '--entrypoint', '/usr/bin/containerd'];
  const container = (await run('docker', ['run', ...options, bare])).trim();
  try {
    await run('docker', ['cp', archive, `${container}:/images.tar`]);
    const script = join(scratch, 'preload.sh');
    writeFileSync(script, preloadScript(inside));
    await run('docker', ['cp', script, `${container}:/preload.sh`]);
    await run('docker', ['exec', container, 'bash', '/preload.sh']);
    await run('docker', ['stop', container]); // containerd ends well when asked
    await run('docker', ['commit', container, preloaded]);
  } finally {
    await run('docker', ['rm', '--force', container]);
  }
}

function preloadScript(inside: readonly ContainedImage[]): string {
  const ctr = 'ctr --namespace k8s.io';
  // Docker's short names are completed by containerd's rules with the default registry.
  const renames = inside.map(({ built, name }) =>
    [
      `full=$(${ctr} images list --quiet | grep --fixed-strings '${built}')`,
      `wanted='${name}'; case "\${wanted%%/*}" in *.*) ;; *) wanted="\${full%%/*}/$wanted" ;; esac`,
      `${ctr} images tag "$full" "$wanted"`,
      `${ctr} images remove "$full"`,
    ].join('\n'),
  );
  return [
    'set -eu',
    'for i in $(seq 150); do ctr version > /dev/null 2>&1 && break; sleep 0.2; done',
    `${ctr} images import --snapshotter overlayfs /images.tar`,
    ...renames,
    'rm /images.tar /preload.sh',
  ].join('\n');
}
