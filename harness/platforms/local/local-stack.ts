import pWaitFor from 'p-wait-for';
import { ChaosError } from '../../core/errors.ts';
import type { Endpoint, Instance, KillEvidence, RunningStack } from '../../core/platform.ts';
import {
  findMarkedProcesses,
  isSameProcessAlive,
  signalProcess,
  type MarkedProcess,
  type ProcessIdentity,
} from '../../core/process-identity.ts';
import { describeProcess, remainsOf, type StackFile } from './stack-files.ts';
import { SupervisorApi } from './supervisor-api.ts';

/** The stack takes itself down when the harness has not been heard of for so long. */
export const OWNER_TTL_SECONDS = 30;
/** How often an owned stack is told that its owner lives, in milliseconds. */
export const RENEW_EVERY_MS = 2000;

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
    credentials: { user: 'airbyte', password: 'airbyte' },
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
    confirmGone: (instance, signal) => confirmGone(api, instance, signal),
    strayProcesses: () => findStrays(api, file),
    usage: () => api.usage(),
    release: () => clearInterval(renewal),
    async down(signal) {
      clearInterval(renewal);
      await api.down();
      await pWaitFor(() => signal.aborted || remainsOf(file.stackId, file.dir).length === 0, {
        interval: 50,
        timeout: 30_000,
      }).catch(() => undefined);
      return remainsOf(file.stackId, file.dir);
    },
  };
}

function identityOf(instance: Instance): ProcessIdentity {
  if (instance.pid === undefined || instance.startTicks === undefined) {
    throw new ChaosError({ code: 'no-target', message: `${instance.name} has no process (${instance.state}).` });
  }
  return { pid: instance.pid, startTicks: instance.startTicks };
}

/** Two independent witnesses: the kernel's process table, and the supervisor, which saw the exit. */
async function confirmGone(api: SupervisorApi, instance: Instance, signal: AbortSignal): Promise<KillEvidence[]> {
  const identity = identityOf(instance);
  const isGone = await pWaitFor(() => !isSameProcessAlive(identity), { interval: 5, signal }).then(
    () => true,
    () => false,
  );
  const hasNoticed = await pWaitFor(
    async () => {
      const now = (await api.status()).instances.find(({ name }) => name === instance.name);
      return now !== undefined && (now.pid !== instance.pid || now.state !== 'running');
    },
    { interval: 20, signal },
  ).then(
    () => true,
    () => false,
  );
  return [
    {
      kind: 'process-gone',
      holds: isGone,
      text: isGone
        ? `process ${identity.pid} of ${instance.name} is gone`
        : `process ${identity.pid} of ${instance.name} survived`,
    },
    {
      kind: 'platform-saw-exit',
      holds: hasNoticed,
      text: hasNoticed ? `the supervisor saw ${instance.name} end` : `the supervisor did not see ${instance.name} end`,
    },
  ];
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
