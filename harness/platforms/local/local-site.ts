import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { postPatiently } from '../../clients/patient-post.ts';
import { formatMillis } from '../../core/duration.ts';
import { ChaosError, describeError } from '../../core/errors.ts';
import { findMarkedProcesses } from '../../core/process-identity.ts';
import type { BackupLocation, Site } from '../../core/site.ts';
import { describeProcess, type StackFile } from './stack-files.ts';
import { SupervisorApi } from './supervisor-api.ts';

/** Where the stack keeps its backups (fixtures/README.md). */
export const BACKUPS: BackupLocation = {
  bucket: 'airbyte-backups',
  server: 'airbyte',
  accessKey: 'airbyte',
  secretKey: 'airbyte-secret',
};

/** A step that has not answered by then never will: a restore of 5 GB takes a fraction of it. In milliseconds. */
const STEP_TIMEOUT_MS = 1_200_000;

const view = z.object({
  generation: z.int(),
  state: z.enum(['up', 'destroyed', 'recovering']),
  components: z.array(z.string()),
});
const destroyed = z.object({ processes: z.int(), directories: z.int(), elapsedMs: z.number() });
const provisioned = z.object({ generation: z.int(), etcd: z.int() });
const restored = z.object({
  backupId: z.string(),
  timeline: z.int(),
  restoredLsn: z.string(),
  segmentsReplayed: z.int(),
  bytes: z.number(),
  /** `verifyMs`, `restoreMs` … */
  phases: z
    .record(z.string(), z.number())
    .default({})
    .transform((phases) =>
      Object.fromEntries(Object.entries(phases).map(([name, ms]) => [name.replace(/Ms$/, ''), ms])),
    ),
  problems: z.array(z.object({ segment: z.string(), problem: z.string() })),
});
const workflows = z.object({ temporal: z.string(), workflows: z.string() });
const deployed = z.object({ components: z.array(z.string()) });
const switched = z.object({ services: z.array(z.string()) });

/** The site of a local stack: its supervisor destroys it, and makes the next one. */
export function localSite(file: StackFile): Site {
  const call = async <S extends z.ZodType>(path: string, body: unknown, schema: S, signal: AbortSignal) =>
    schema.parse(await postSlowly(file.controlPort, path, body, signal));
  const recover = async <S extends z.ZodType>(step: string, body: unknown, schema: S, signal: AbortSignal) =>
    call(`/v1/site/recover/${step}`, body, schema, signal);
  const instancesOfSite = async (): Promise<Set<string>> => {
    const api = new SupervisorApi(file.controlPort);
    const { components } = view.parse(await api.site());
    const { instances } = await api.status();
    return new Set(instances.filter(({ component }) => components.includes(component)).map(({ name }) => name));
  };
  return {
    view: async () => view.parse(await new SupervisorApi(file.controlPort).site()),
    async destroy() {
      const gone = await call('/v1/site/destroy', {}, destroyed, AbortSignal.timeout(60_000));
      return `${gone.processes} processes and ${gone.directories} directories are gone after ${formatMillis(gone.elapsedMs)}`;
    },
    async processesLeft() {
      const names = await instancesOfSite();
      return findMarkedProcesses(file.stackId, file.dir)
        .filter(({ instance }) => instance !== undefined && names.has(instance))
        .map(describeProcess);
    },
    async dataLeft() {
      return [...(await instancesOfSite())].filter((name) => existsSync(join(file.dir, 'instances', name)));
    },
    async provision(signal) {
      const { generation, etcd } = await recover('provision', {}, provisioned, signal);
      return `site number ${generation} with ${etcd} members of etcd`;
    },
    restoreDatabase: async (target, signal) => recover('database', target, restored, signal),
    async restoreWorkflows(store, signal) {
      const { temporal, workflows: became } = await recover('temporal', { store }, workflows, signal);
      return `${temporal} serves; its workflows are ${became}`;
    },
    async deploy(signal) {
      return `ready: ${(await recover('deploy', {}, deployed, signal)).components.join(', ')}`;
    },
    async switchEndpoints(signal) {
      return `switched: ${(await recover('endpoints', {}, switched, signal)).services.join(', ')}`;
    },
  };
}

/** @throws ChaosError `platform` with the words of the supervisor. */
async function postSlowly(port: number, path: string, body: unknown, signal: AbortSignal): Promise<unknown> {
  try {
    const url = `http://127.0.0.1:${port}${path}`;
    const { status, text } = await postPatiently({ url, body, timeoutMs: STEP_TIMEOUT_MS, signal });
    if (status < 200 || status > 299) throw new Error(saidOf(text) ?? `it answered ${status}: ${text.slice(0, 300)}`);
    return text === '' ? undefined : JSON.parse(text);
  } catch (cause) {
    throw new ChaosError({ code: 'platform', message: `POST ${path} failed: ${describeError(cause)}.`, cause });
  }
}

const refusal = z.object({ error: z.object({ message: z.string(), problems: z.array(z.unknown()).optional() }) });

function saidOf(text: string): string | undefined {
  try {
    const { message, problems = [] } = refusal.parse(JSON.parse(text)).error;
    return problems.length === 0 ? message : `${message} ${JSON.stringify(problems)}`;
  } catch {
    return undefined;
  }
}
