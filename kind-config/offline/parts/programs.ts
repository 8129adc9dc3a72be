import { readFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Part } from '../part.ts';
import { buildInto, emptyModule, go, goProgram } from './go-program.ts';

const KIND_VERSION = 'v0.33.0';
/** Those that kubeadm 1.34 asks for. */
export const etcd = goProgram({ name: 'etcd', package: 'go.etcd.io/etcd/server/v3', version: 'v3.6.5' });
export const coredns = goProgram({ name: 'coredns', package: 'github.com/coredns/coredns', version: 'v1.12.1' });
export const metricsServer = goProgram({
  name: 'metrics-server',
  package: 'sigs.k8s.io/metrics-server/cmd/metrics-server',
  version: 'v0.9.0',
});
export const localPathProvisioner = goProgram({
  name: 'local-path-provisioner',
  package: 'github.com/rancher/local-path-provisioner',
  version: 'v0.0.30',
});
export const kind = goProgram({ name: 'kind', package: 'sigs.k8s.io/kind', version: KIND_VERSION });

/** The files that kind puts into a node: units of systemd, the entry point, containerd's configuration. */
export const kindNodeFiles: Part = {
  name: 'kind-node-files',
  title: `kind ${KIND_VERSION}: files of a node`,
  inputs: [KIND_VERSION],
  needs: [],
  async build(context) {
    const module = emptyModule(context, '');
    const answer = await go(context, module, ['mod', 'download', '-json', `sigs.k8s.io/kind@${KIND_VERSION}`]);
    const { Dir: source } = z.object({ Dir: z.string() }).parse(JSON.parse(answer));
    await cp(join(source, 'images/base/files'), context.directory, { recursive: true });
    await context.run('chmod', ['-R', 'u+w', context.directory]); // the module cache is read-only
  },
};

const PAUSE_SOURCE = fileURLToPath(new URL('../pause/', import.meta.url));

/** Holds the namespaces of a pod. */
export const pause: Part = {
  name: 'go-pause',
  title: 'pause',
  inputs: [readFileSync(join(PAUSE_SOURCE, 'main.go'), 'utf8')],
  needs: [],
  async build(context) {
    const folder = emptyModule(context, '');
    await cp(PAUSE_SOURCE, join(folder, 'pause'), { recursive: true });
    await buildInto(context, folder, { linkerFlags: '', packages: ['build/pause'] });
  },
};
