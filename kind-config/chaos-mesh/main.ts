/**
 * `node kind-config/chaos-mesh/main.ts --kubeconfig FILE`: installs Chaos Mesh by its own chart in a cluster of kind, with images that are built here, from
 * package registries alone, unless they are there. NDJSON on stdout as `fixtures/README.md` has it. May be called again. It goes with its cluster.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { cacheDirectory } from '../../fixtures/local/install/cache-directory.ts';
import { LocalError, toErrorReport } from '../../fixtures/local/local-error.ts';
import { stdoutOutput } from '../../fixtures/local/progress.ts';
import { buildParts } from '../offline/build-parts.ts';
import { folderName } from '../offline/part.ts';
import {
  chaosControllerImage,
  chaosDaemonImage,
  chaosMesh,
  CHAOS_MESH_PARTS,
  helm,
} from '../offline/parts/chaos-mesh.ts';
import { imageOf } from '../offline/parts/docker.ts';
import { kubernetes } from '../offline/parts/kubernetes.ts';
import { loadImages } from './load-images.ts';

const VALUES = fileURLToPath(new URL('values.yaml', import.meta.url));
const NAMESPACE = 'chaos-mesh';
/** Until all of its pods are ready; measured: 30 s. */
const WITHIN = '5m';

const output = stdoutOutput();
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => interruption.abort(new LocalError({ code: 'interrupted', message: 'Interrupted.' })));
}
try {
  const { kubeconfig } = parseArgs({ options: { kubeconfig: { type: 'string' } } }).values;
  if (kubeconfig === undefined) {
    throw new LocalError({ code: 'usage', message: 'Which cluster is meant: --kubeconfig FILE.' });
  }
  await install(kubeconfig, interruption.signal);
  output.write({ type: 'installed', namespace: NAMESPACE, elapsedMs: output.elapsedMs() });
} catch (error) {
  output.error(error);
  process.exitCode = toErrorReport(error).code === 'interrupted' ? 130 : 70;
}

async function install(kubeconfig: string, signal: AbortSignal): Promise<void> {
  const directory = join(cacheDirectory(), 'kind');
  await buildParts([kubernetes, ...CHAOS_MESH_PARTS], { directory, progress: output.progress, signal });
  const built = (part: Parameters<typeof folderName>[0], file: string): string =>
    join(directory, folderName(part), file);

  output.progress('images', 'putting the images of Chaos Mesh into the nodes');
  const query = ['get', 'nodes', '--output', 'jsonpath={.items[*].metadata.name}'];
  const { stdout } = await execa(built(kubernetes, 'kubectl'), ['--kubeconfig', kubeconfig, ...query], {
    cancelSignal: signal,
  });
  const images = { controllerManager: imageOf(chaosControllerImage), chaosDaemon: imageOf(chaosDaemonImage) };
  await loadImages(stdout.split(' '), Object.values(images), signal);

  output.progress('chart', 'installing the chart of Chaos Mesh');
  const tags = Object.entries(images).flatMap(([part, image]) => [
    '--set-string',
    `${part}.image.tag=${image.slice(image.indexOf(':') + 1)}`,
  ]);
  const chart = ['upgrade', '--install', 'chaos-mesh', built(chaosMesh, 'chart')];
  const where = ['--kubeconfig', kubeconfig, '--namespace', NAMESPACE, '--create-namespace'];
  const how = ['--values', VALUES, ...tags, '--wait', '--timeout', WITHIN];
  await execa(built(helm, 'helm'), [...chart, ...where, ...how], { cancelSignal: signal });
}
