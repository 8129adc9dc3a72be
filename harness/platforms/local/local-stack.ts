import { comesTrue } from '../../core/comes-true.ts';
import { ChaosError } from '../../core/errors.ts';
import type { Endpoint, Instance, KillEvidence, RunningStack } from '../../core/platform.ts';
import {
  findMarkedProcesses,
  isProcessStopped,
  isSameProcessAlive,
  signalProcess,
  type MarkedProcess,
  type ProcessIdentity,
} from '../../core/process-identity.ts';
import { BACKUPS, localSite } from './local-site.ts';
import { describeProcess, type StackFile } from './stack-files.ts';
import { SupervisorApi } from './supervisor-api.ts';

/** The stack takes itself down when the harness has not been heard of for so long. */
export const OWNER_TTL_SECONDS = 30;
/** How often an owned stack is told that its owner lives, in milliseconds. */
export const RENEW_EVERY_MS = 2000;

/** Name and password of every database of a stack of this platform; it listens on loopback alone. */
export const CREDENTIALS = { user: 'airbyte', password: 'airbyte' } as const;

/** Opens a stack that is up. With `ownerId` its lease is renewed until it is taken down. */
export async function openLocalStack(
  file: StackFile,
  tools: Readonly<Record<string, string>>,
  ownerId: string | undefined,
): Promise<RunningStack> {
  const api = new SupervisorApi(file.controlPort);
  const status = await api.status();
  const services = new Map<string, Endpoint>(status.services.map(({ name, host, port }) => [name, { host, port }]));
  const renewal =
    ownerId === undefined
      ? undefined
      : setInterval(
          () => void api.renewOwner(ownerId, OWNER_TTL_SECONDS).catch(() => undefined),
          RENEW_EVERY_MS,
        ).unref();

  return {
    id: file.stackId,
    dir: file.dir,
    details: status.details,
    settings: status.settings,
    tools,
    marker: { CHAOS_STACK_ID: file.stackId },
    credentials: CREDENTIALS,
    instances: async () => (await api.status()).instances,
    endpoint(service) {
      const at = services.get(service);
      if (at === undefined)
        throw new ChaosError({ code: 'platform', message: `The stack has no service "${service}".` });
      return at;
    },
    watch: (onChange, signal) => api.watch(onChange, signal),
    async signalInstance(instance, signal) {
      if (signalProcess(identityOf(instance), signal)) return;
      throw new ChaosError({
        code: 'no-target',
        message: `${instance.name} (process ${instance.pid}) ended before it could be sent ${signal}.`,
      });
    },
    processesOf: async (instance) =>
      findMarkedProcesses(file.stackId, file.dir).filter((found) => found.instance === instance.name),
    signalProcess: async (process, signal) => Promise.resolve(signalProcess(process, signal)),
    isStopped: async (process) => Promise.resolve(isProcessStopped(process)),
    async holdInstance(instance) {
      await api.holdInstance(instance.name);
    },
    async loseMachines(instances) {
      await Promise.all(instances.map(({ name }) => api.holdInstance(name)));
      const names = new Set(instances.map(({ name }) => name));
      const doomed = findMarkedProcesses(file.stackId, file.dir).filter(({ instance }) => names.has(instance ?? ''));
      for (const one of doomed) signalProcess(one, 'SIGKILL');
    },
    async rollOut(component) {
      await api.restartComponent(component);
    },
    confirmGone: (instance, report, signal) => confirmGone(api, instance, report, signal),
    site: localSite(file),
    ...(status.settings['backups'] === 'on' ? { backups: BACKUPS } : {}),
    strayProcesses: () => findStrays(api, file),
    usage: () => api.usage(),
    release: () => clearInterval(renewal),
  };
}

function identityOf(instance: Instance): ProcessIdentity {
  if (instance.pid === undefined || instance.startTicks === undefined) {
    throw new ChaosError({ code: 'no-target', message: `${instance.name} has no process (${instance.state}).` });
  }
  return { pid: instance.pid, startTicks: instance.startTicks };
}

/** Two independent witnesses: the kernel's process table, and the supervisor, which saw the exit. */
async function confirmGone(
  api: SupervisorApi,
  instance: Instance,
  report: (evidence: KillEvidence) => void,
  signal: AbortSignal,
): Promise<void> {
  const identity = identityOf(instance);
  const isGone = await comesTrue(() => !isSameProcessAlive(identity), { everyMs: 2, signal });
  const victim = `process ${identity.pid} of ${instance.name}`;
  report({ kind: 'process-gone', holds: isGone, text: isGone ? `${victim} is gone` : `${victim} survived` });
  const hasNoticed = async (): Promise<boolean> => {
    const now = (await api.status()).instances.find(({ name }) => name === instance.name);
    return now !== undefined && (now.pid !== instance.pid || now.state !== 'running');
  };
  const isNoticed = await comesTrue(hasNoticed, { everyMs: 20, signal });
  const text = isNoticed
    ? `the supervisor saw ${instance.name} end`
    : `the supervisor did not see ${instance.name} end`;
  report({ kind: 'platform-saw-exit', holds: isNoticed, text });
}

/**
 * Processes of the stack that no running instance accounts for: what an instance started has not outlived it when it
 * began after the instance's present main process did (PostgreSQL leaves Patroni's process tree, but begins after it).
 */
async function findStrays(api: SupervisorApi, file: StackFile): Promise<string[]> {
  const instances = new Map((await api.status()).instances.map((instance) => [instance.name, instance]));
  const marked = findMarkedProcesses(file.stackId, file.dir);
  const byPid = new Map(marked.map((found) => [found.pid, found]));
  const isAccountedFor = (found: MarkedProcess): boolean => {
    if (found.pid === file.supervisorPid || found.parentPid === process.pid || found.parentPid === file.supervisorPid)
      return true;
    const instance = found.instance === undefined ? undefined : instances.get(found.instance);
    if (instance?.startTicks !== undefined && instance.state === 'running')
      return found.startTicks >= instance.startTicks;
    const parent = byPid.get(found.parentPid);
    return parent !== undefined && isAccountedFor(parent);
  };
  return marked.filter((found) => !isAccountedFor(found)).map(describeProcess);
}
