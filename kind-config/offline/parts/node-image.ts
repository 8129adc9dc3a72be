import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashFiles } from '../hash-files.ts';
import type { BuildContext, Part } from '../part.ts';
import { buildImage, imagePart, LABEL } from './docker.ts';
import { kubernetes, KUBERNETES_VERSION } from './kubernetes.ts';
import { coredns, etcd, kindNodeFiles, localPathProvisioner, metricsServer, pause } from './programs.ts';
import { CTR, nodeWith, preload, PRELOAD_SOURCE } from './preload.ts';
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
    inputs: [LABEL, hashFiles([SOURCE, fileURLToPath(import.meta.url), PRELOAD_SOURCE])],
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
      await preload(context, {
        from: bare,
        to: preloaded,
        images: inside.map(({ built }) => built),
        andThen: renames(inside),
      });
      await nodeWith(context, preloaded, image);
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

/** Docker's short names are completed by containerd's rules with the default registry. */
function renames(inside: readonly ContainedImage[]): readonly string[] {
  return inside.map(({ built, name }) =>
    [
      `full=$(${CTR} images list --quiet | grep --fixed-strings '${built}')`,
      `wanted='${name}'; case "\${wanted%%/*}" in *.*) ;; *) wanted="\${full%%/*}/$wanted" ;; esac`,
      `${CTR} images tag "$full" "$wanted"`,
      `${CTR} images remove "$full"`,
    ].join('\n'),
  );
}
