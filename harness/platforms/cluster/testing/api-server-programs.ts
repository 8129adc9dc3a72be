import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { parseLine } from '../../program.ts';
import { OFFLINE_PROGRAM } from '../../kind/tools.ts';

const NEEDED = ['kubernetes', 'go-etcd'] as const;
const part = z.object({ type: z.literal('part'), name: z.string(), isThere: z.boolean(), directory: z.string() });

/** Paths of what an API server without nodes is made of. */
export interface ApiServerPrograms {
  readonly etcd: string;
  readonly apiServer: string;
  readonly controllerManager: string;
  readonly kubectl: string;
}

/** Where the offline build has left the programs; why they are not there, where it has not run. Nothing is built and Docker is not asked. */
export async function findApiServerPrograms(): Promise<ApiServerPrograms | { readonly missing: string }> {
  const { stdout } = await execa(process.execPath, [OFFLINE_PROGRAM, '--list', ...NEEDED]);
  const parts = stdout.split('\n').flatMap((line) => parseLine(line, part) ?? []);
  const folderOf = (name: (typeof NEEDED)[number]): string =>
    parts.find((known) => known.name === name)?.directory ?? '';
  const programs = {
    etcd: join(folderOf('go-etcd'), 'etcd'),
    apiServer: join(folderOf('kubernetes'), 'kube-apiserver'),
    controllerManager: join(folderOf('kubernetes'), 'kube-controller-manager'),
    kubectl: join(folderOf('kubernetes'), 'kubectl'),
  };
  const isBuilt = parts.length === NEEDED.length && parts.every(({ isThere }) => isThere);
  return isBuilt && Object.values(programs).every((path) => existsSync(path))
    ? programs
    : { missing: 'etcd and kube-apiserver are not built; build them with: node kind-config/offline/main.ts' };
}

/** Why tests that need an API server are skipped on this machine; undefined where they run. */
export async function whyNoApiServer(): Promise<string | undefined> {
  const found = await findApiServerPrograms();
  return 'missing' in found ? found.missing : undefined;
}
