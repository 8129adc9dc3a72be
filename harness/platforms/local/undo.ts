import { setTimeout as sleep } from 'node:timers/promises';
import pWaitFor from 'p-wait-for';
import { z } from 'zod';
import { ChaosError, describeError } from '../../core/errors.ts';
import type { UndoAction, UndoneUntil, UndoOptions } from '../../core/platform.ts';
import { endMarked, signalProcess } from '../../core/process-identity.ts';
import { LOCAL_PROGRAM } from '../local-program.ts';
import { runProgram } from '../program.ts';
import { restoreSourceAt } from '../restore-source.ts';
import { localSite } from './local-site.ts';
import { CREDENTIALS } from './local-stack.ts';
import { isSupervisorAlive, readStackFile, remainsOf } from './stack-files.ts';
import { SupervisorApi } from './supervisor-api.ts';

const swept = z.object({ type: z.literal('swept') });
const DOWN_TIMEOUT_MS = 30_000;
/** A database node first replays its log and rewinds it when another one leads; an object store takes 13 s (SeaweedFS 4.48, measured). */
const START_TIMEOUT_MS = 60_000;
/** So long it is waited that one that runs answers, in milliseconds. */
const LIVE_MS = { whole: 15_000, begun: 1000 };
/** The supervisor, on this machine, has heard an order after this time, in milliseconds. */
const ORDER_MS = 500;

/** Carries out an undo on the embedded platform; each can be done twice. Returns what was done, in words. */
export async function undoLocal(
  action: UndoAction,
  signal: AbortSignal,
  { until = 'whole' }: UndoOptions = {},
): Promise<string> {
  switch (action.kind) {
    case 'remove-stack':
      return removeStack(action.stackId, action.dir, signal);
    case 'end-programs':
      return `${endMarked(action.stackId, action.dir)} programs ended`;
    case 'ensure-site':
      return ensureSite(action.stackId, action.dir, signal);
    case 'ensure-running':
      return ensureRunning(action.dir, action.instance, until);
    case 'continue-process':
      return signalProcess(action, 'SIGCONT') ? `process ${action.pid} continues` : `process ${action.pid} is gone`;
    case 'ensure-machines':
    case 'join-again':
    case 'uncordon':
    case 'run-commands':
    case 'remove-own':
    case 'remove-chaos':
    case 'remove-load':
      throw new ChaosError({ code: 'platform', message: 'The embedded platform has no such thing to undo.' });
    case 'restore-source':
      return restoreSource(action.dir, action.table);
    default:
      return action satisfies never;
  }
}

/** Asks the supervisor first; whatever is left after that is ended by id. */
async function removeStack(stackId: string, dir: string, signal: AbortSignal): Promise<string> {
  const file = readStackFile(dir);
  if (file !== undefined && isSupervisorAlive(file)) {
    await new SupervisorApi(file.controlPort).down().catch(() => undefined);
    await pWaitFor(() => signal.aborted || !isSupervisorAlive(file), { interval: 50, timeout: DOWN_TIMEOUT_MS }).catch(
      () => undefined,
    );
  }
  if (remainsOf(stackId, dir).length > 0)
    await runProgram({
      program: LOCAL_PROGRAM,
      args: ['sweep', '--dir', dir, '--id', stackId],
      result: swept,
      onProgress: () => undefined,
      signal,
    });
  const left = remainsOf(stackId, dir);
  if (left.length > 0)
    throw new ChaosError({ code: 'platform', message: `Stack ${stackId} is not gone: ${left.join(', ')}.` });
  return `stack ${stackId} is gone`;
}

/** Half a site is of no use to anybody: what is not up again is removed with its stack. */
async function ensureSite(stackId: string, dir: string, signal: AbortSignal): Promise<string> {
  const file = readStackFile(dir);
  if (file !== undefined && isSupervisorAlive(file)) {
    const site = await localSite(file)
      .view()
      .catch(() => undefined);
    if (site?.state === 'up') return `site number ${site.generation} is up`;
  }
  return removeStack(stackId, dir, signal);
}

/** Does nothing once the stack is gone. */
async function restoreSource(dir: string, table: string | undefined): Promise<string> {
  const file = readStackFile(dir);
  if (file === undefined || !isSupervisorAlive(file)) return 'the source is gone with its stack';
  const { services } = await new SupervisorApi(file.controlPort).status();
  const at = services.find(({ name }) => name === 'warehouse');
  if (at === undefined) throw new ChaosError({ code: 'platform', message: 'The stack has no service "warehouse".' });
  return restoreSourceAt(at, CREDENTIALS, table);
}

async function ensureRunning(dir: string, instance: string, until: UndoneUntil): Promise<string> {
  const file = readStackFile(dir);
  if (file === undefined || !isSupervisorAlive(file)) return `${instance} is gone with its stack`;
  const api = new SupervisorApi(file.controlPort);
  const isUp = async (): Promise<boolean> =>
    (await api.status()).instances.some(({ name, state }) => name === instance && state === 'running');
  const order = async (): Promise<void> => {
    const ordered = api.startInstance(instance);
    // It is answered when an instance that still drains is gone; the supervisor knows of it before.
    await (until === 'begun' ? Promise.race([ordered, sleep(ORDER_MS, undefined, { ref: false })]) : ordered);
  };
  if (await isUp()) {
    // One that was frozen is looked after again only when it answers: before that it would be killed for not answering.
    await pWaitFor(() => api.isLive(instance), { interval: 100, timeout: LIVE_MS[until] }).catch(() => undefined);
    await order();
    return `${instance} runs`;
  }
  await order();
  if (until === 'begun') return `${instance} is being started again`;
  try {
    await pWaitFor(isUp, { interval: 100, timeout: START_TIMEOUT_MS });
  } catch (cause) {
    throw new ChaosError({ code: 'platform', message: `${instance} did not start: ${describeError(cause)}.`, cause });
  }
  return `${instance} was started again`;
}
