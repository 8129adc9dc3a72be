import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { hashFiles } from '../hash-files.ts';
import type { BuildContext, Part } from '../part.ts';
import { buildImage, imagePart, LABEL } from './docker.ts';
import { buildInto, emptyModule, go, goProgram } from './go-program.ts';
import { debianImage, fromDebian } from './roots.ts';

/** The only versions that the Go module proxy has, of September 2026: from v1 on its path would have to end with `/v2`. */
const MESH = 'github.com/chaos-mesh/chaos-mesh@v0.9.1-0.20260902003049-47411975a8cb';
const API = 'github.com/chaos-mesh/chaos-mesh/api@v0.0.0-20260906172039-d70b66ad97ac';
const NSEXEC = fileURLToPath(new URL('../../chaos-mesh/nsexec', import.meta.url));
/** What the daemon puts into a process in place of what it asks for the time: position-independent code, as Chaos Mesh's own Makefile has it compiled. */
const CLOCKS = ['fake_clock_gettime', 'fake_gettimeofday'] as const;
const AS_CODE = ['-c', '-fPIE', '-O2'] as const;
/** A library of the daemon is in C; linked statically it runs on any Debian. */
const IN_C = { linkerFlags: '-linkmode external -extldflags -static', tags: 'netgo,osusergo', usesC: true } as const;

/** Installs charts. */
export const helm = goProgram({ name: 'helm', package: 'helm.sh/helm/v3/cmd/helm', version: 'v3.19.0' });

/** `chaos-controller-manager`, `chaos-daemon` and, in `chart`, the chart of the same commit. */
export const chaosMesh: Part = {
  name: 'chaos-mesh-programs',
  title: 'Chaos Mesh at 47411975 (2 programs and its chart)',
  inputs: [MESH, API, JSON.stringify(IN_C), ...CLOCKS, ...AS_CODE, 'partitionBehavior in the definition'],
  needs: [],
  async build(context) {
    const source = join(context.scratch, 'chaos-mesh');
    await copyModule(context, MESH, source);
    // It takes its API from a folder that is a module of its own, which the proxy leaves out.
    await rm(join(source, 'api'), { recursive: true, force: true });
    await copyModule(context, API, join(source, 'api'));
    const clocks = join(source, 'pkg/time/fakeclock');
    for (const name of CLOCKS)
      await context.run('cc', [...AS_CODE, join(clocks, `${name}.c`), '-o', join(clocks, `${name}.o`)]);
    await buildInto(context, source, { linkerFlags: '', packages: ['./cmd/chaos-controller-manager'] });
    await buildInto(context, source, { ...IN_C, packages: ['./cmd/chaos-daemon'] });
    await cp(join(source, 'helm/chaos-mesh'), join(context.directory, 'chart'), { recursive: true });
    await addToDefinition(join(context.directory, 'chart/crds/chaos-mesh.org_networkchaos.yaml'));
  },
};

/**
 * The API that the proxy has is four days newer than the chart: its webhook fills `partitionBehavior` in, which the chart's definition does not know, and then takes every
 * update by its own controller for a change of the spec.
 */
async function addToDefinition(file: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  const marker = /^( +)mode:\n/m;
  if (!marker.test(text) || text.includes('partitionBehavior')) throw new Error(`${file} is not as it was`);
  await writeFile(file, text.replace(marker, '$1partitionBehavior:\n$1  type: string\n$1mode:\n'));
}

/** Go checks its contents against its checksum database. */
async function copyModule(context: BuildContext, module: string, to: string): Promise<void> {
  const answer = await go(context, emptyModule(context, ''), ['mod', 'download', '-json', module]);
  const { Dir: source } = z.object({ Dir: z.string() }).parse(JSON.parse(answer));
  await mkdir(to, { recursive: true });
  await cp(source, to, { recursive: true });
  await context.run('chmod', ['-R', 'u+w', to]); // the module cache is read-only
}

/** Stands in for `ghcr.io/chaos-mesh/chaos-mesh`. */
export const chaosControllerImage = imagePart(
  {
    name: 'chaos-mesh',
    title: 'image: controller of Chaos Mesh',
    inputs: [LABEL],
    needs: [chaosMesh, debianImage],
  },
  async (context, image) => {
    const program = 'chaos-controller-manager';
    await buildImage(context, image, {
      dockerfile: [fromDebian(), `COPY ${program} /usr/local/bin/`],
      files: [join(context.folderOf(chaosMesh), program)],
    });
  },
);

/** Stands in for `ghcr.io/chaos-mesh/chaos-daemon`, as far as faults of the network and of clocks go. */
export const chaosDaemonImage = imagePart(
  {
    name: 'chaos-daemon',
    title: 'image: daemon of Chaos Mesh',
    inputs: [LABEL, hashFiles([NSEXEC, fileURLToPath(import.meta.url)])],
    needs: [chaosMesh, debianImage],
  },
  async (context, image) => {
    await buildImage(context, image, {
      dockerfile: [
        fromDebian(),
        // Its own image takes the older iptables, too.
        'RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends ipset iptables iproute2 procps && rm -rf /var/lib/apt/lists/* \\',
        ' && update-alternatives --set iptables /usr/sbin/iptables-legacy',
        'COPY chaos-daemon nsexec /usr/local/bin/',
      ],
      files: [join(context.folderOf(chaosMesh), 'chaos-daemon'), NSEXEC],
    });
  },
);

/** What `kind-config/chaos-mesh/main.ts` installs: built when it is asked for, not with the rest. */
export const CHAOS_MESH_PARTS: readonly Part[] = [helm, chaosMesh, chaosControllerImage, chaosDaemonImage];
