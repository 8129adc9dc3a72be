import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pWaitFor, { TimeoutError } from 'p-wait-for';
import { z } from 'zod';
import { ChaosError, describeError } from '../../core/errors.ts';
import type { Platform, PrepareOptions, RunningStack, UndoAction, UpOptions } from '../../core/platform.ts';
import { endMarked, signalProcess } from '../../core/process-identity.ts';
import { stacksDirectory } from '../../core/state-directory.ts';
import { installPrograms, LOCAL_PROGRAM } from '../local-program.ts';
import { errorIn, runProgram } from '../program.ts';
import { restoreSourceAt } from '../restore-source.ts';
import { requireDiskSpace } from './requirements.ts';
import { localSite } from './local-site.ts';
import { CREDENTIALS, openLocalStack, OWNER_TTL_SECONDS, RENEW_EVERY_MS } from './local-stack.ts';
import {
  isSupervisorAlive,
  readStackFile,
  abandonedStacks,
  remainsOf,
  runningStacks,
  type StackFile,
} from './stack-files.ts';
import { SupervisorApi, type StackStatus } from './supervisor-api.ts';

const swept = z.object({ type: z.literal('swept') });
/** A stack that is not ready by then will not be: three times what a slow machine needs. */
const READY_TIMEOUT_MS = 180_000;
const DOWN_TIMEOUT_MS = 30_000;
/** A database node first replays its log and rewinds it when another one leads; an object store takes 13 s (SeaweedFS 4.48, measured). */
const START_TIMEOUT_MS = 60_000;

/** The embedded platform: the reference stack as processes on this machine, without Docker and without root. */
export function localPlatform(): Platform {
  let tools: Readonly<Record<string, string>> = {};
  return {
    id: 'local',
    profile: 'reference',
    capabilities: new Set([
      'signal-instances',
      'lose-nodes',
      'roll-out',
      'watch-instances',
      'warehouse',
      'source-system',
      'workflow-identity',
      'alert-sink',
      'sites',
      'backups',
    ]),
    async prepare(options) {
      requireDiskSpace();
      const existing = runningStacks()[0];
      if (existing !== undefined) await requireSameSettings(existing, options);
      tools = await installPrograms(options, wantsConnectors(options.settings) ? ['--connectors'] : []);
    },
    up: (options) => bringUp(options, tools),
    findRunning: async () => {
      const file = runningStacks()[0];
      return file && openLocalStack(file, {}, undefined);
    },
    findStacks: async () => Promise.resolve(runningStacks().map(({ stackId, dir }) => ({ id: stackId, dir }))),
    findAbandoned: () => abandonedStacks().map(({ stackId, dir }) => ({ kind: 'remove-stack', stackId, dir })),
    undo: undoLocal,
  };
}

async function bringUp(options: UpOptions, tools: Readonly<Record<string, string>>): Promise<RunningStack> {
  const settings = Object.entries(options.settings);
  const existing = runningStacks()[0];
  if (existing !== undefined) {
    options.onProgress(`Using stack ${existing.stackId}, which is already up`);
    return openLocalStack(existing, tools, undefined);
  }
  const stackId = `s${randomBytes(4).toString('hex')}`;
  const dir = join(stacksDirectory(), stackId);
  await options.beforeChange({ kind: 'remove-stack', dir, stackId });
  mkdirSync(dir, { recursive: true });
  const args = ['up', '--dir', dir, '--id', stackId];
  if (options.isOwned) args.push('--owner', options.runId, '--owner-ttl', String(OWNER_TTL_SECONDS));
  for (const [key, value] of settings) args.push('--set', `${key}=${value}`);
  for (const weakness of options.weaknesses) args.push('--weakness', weakness);
  startSupervisor(args, dir, stackId);
  const file = await waitUntilReady(dir, options);
  return openLocalStack(file, tools, options.isOwned ? options.runId : undefined);
}

/** The source system's HTTP API is there for Airbyte's own connectors, which are installed only when they are asked for. */
function wantsConnectors(settings: Readonly<Record<string, string>>): boolean {
  return settings['RECORD_API'] === 'on';
}

/** A stack that `up` left is used as it is, so its settings must be the ones that the run wants. */
async function requireSameSettings(file: StackFile, options: PrepareOptions): Promise<void> {
  const status = await new SupervisorApi(file.controlPort).status();
  const differing = Object.entries(options.settings).filter(([key, value]) => status.settings[key] !== value);
  if (differing.length > 0 || options.weaknesses.length > 0) {
    throw new ChaosError({
      code: 'config',
      message: `Stack ${file.stackId} is up with other settings (${differing.map(([key]) => key).join(', ') || 'weaknesses'}).`,
      tryThis: 'End it with `npm run chaos -- down`; the run then brings up one of its own.',
    });
  }
  if (status.owner !== null) {
    throw new ChaosError({
      code: 'cleanup-needed',
      message: `Stack ${file.stackId} belongs to ${status.owner.id}, which is not this run.`,
      tryThis: 'Put everything right with: npm run chaos -- cleanup',
    });
  }
}

/** Detached: the supervisor must outlive a harness that is killed, to take the stack down by itself. */
function startSupervisor(args: readonly string[], dir: string, stackId: string): void {
  const output = openSync(join(dir, 'supervisor.log'), 'a');
  const child = spawn(process.execPath, [LOCAL_PROGRAM, ...args], {
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...process.env, CHAOS_STACK_ID: stackId },
    cwd: dir,
  });
  child.unref();
}

async function waitUntilReady(dir: string, options: UpOptions): Promise<StackFile> {
  const startedAt = performance.now();
  const state: BringUpState = { lastText: 'its supervisor has not reported yet', renewedAt: startedAt };
  try {
    await pWaitFor(() => lookWhetherReady(dir, options, state), { interval: 100, timeout: READY_TIMEOUT_MS });
  } catch (cause) {
    if (!(cause instanceof TimeoutError)) throw cause;
    const afterMs = performance.now() - startedAt;
    throw new ChaosError({
      code: 'platform',
      message: 'The stack did not become ready.',
      afterMs,
      lastState: state.lastText,
      cause,
    });
  }
  if (state.file === undefined) throw supervisorEnded(dir);
  return state.file;
}

interface BringUpState {
  file?: StackFile;
  lastText: string;
  renewedAt: number;
}

async function lookWhetherReady(dir: string, options: UpOptions, state: BringUpState): Promise<boolean> {
  options.signal.throwIfAborted();
  const file = readStackFile(dir);
  if (file === undefined) {
    // Once it was there, its absence means that the supervisor has taken everything down.
    if (state.file !== undefined) throw supervisorEnded(dir);
    return failedEarly(dir);
  }
  state.file = file;
  if (!isSupervisorAlive(file)) throw supervisorEnded(dir);
  const api = new SupervisorApi(file.controlPort);
  if (options.isOwned && performance.now() - state.renewedAt > RENEW_EVERY_MS) {
    state.renewedAt = performance.now();
    await api.renewOwner(options.runId, OWNER_TTL_SECONDS).catch(() => undefined);
  }
  const status: StackStatus | undefined = await api.status().catch(() => undefined);
  if (status === undefined) return false;
  const text = status.progress?.text;
  if (text !== undefined && text !== state.lastText) options.onProgress((state.lastText = text));
  if (status.state === 'failed' || status.state === 'stopping') {
    throw new ChaosError({
      code: 'platform',
      message: `The stack did not come up: ${status.error ?? 'it is being taken down'}.`,
      lastState: state.lastText,
    });
  }
  return status.state === 'ready';
}

function failedEarly(dir: string): false {
  const reported = readLog(dir)
    .split('\n')
    .map(errorIn)
    .find((error) => error !== undefined);
  if (reported !== undefined) throw reported;
  return false;
}

function supervisorEnded(dir: string): ChaosError {
  failedEarly(dir);
  return new ChaosError({
    code: 'platform',
    message: 'The supervisor of the stack ended before the stack was ready.',
    lastState: readLog(dir).slice(-400),
  });
}

function readLog(dir: string): string {
  try {
    return readFileSync(join(dir, 'supervisor.log'), 'utf8');
  } catch {
    return '';
  }
}

async function undoLocal(action: UndoAction, signal: AbortSignal): Promise<string> {
  switch (action.kind) {
    case 'remove-stack':
      return removeStack(action.stackId, action.dir, signal);
    case 'end-programs':
      return `${endMarked(action.stackId, action.dir)} programs ended`;
    case 'ensure-site':
      return ensureSite(action.stackId, action.dir, signal);
    case 'ensure-running':
      return ensureRunning(action.dir, action.instance);
    case 'continue-process':
      return signalProcess(action, 'SIGCONT') ? `process ${action.pid} continues` : `process ${action.pid} is gone`;
    case 'ensure-machines':
    case 'join-again':
    case 'uncordon':
    case 'run-commands':
    case 'remove-own':
    case 'remove-network-chaos':
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

async function ensureRunning(dir: string, instance: string): Promise<string> {
  const file = readStackFile(dir);
  if (file === undefined || !isSupervisorAlive(file)) return `${instance} is gone with its stack`;
  const api = new SupervisorApi(file.controlPort);
  const isUp = async (): Promise<boolean> =>
    (await api.status()).instances.some(({ name, state }) => name === instance && state === 'running');
  if (await isUp()) {
    // One that was frozen is looked after again only when it answers: before that it would be killed for not answering.
    await pWaitFor(() => api.isLive(instance), { interval: 100, timeout: 15_000 }).catch(() => undefined);
    await api.startInstance(instance);
    return `${instance} runs`;
  }
  await api.startInstance(instance);
  try {
    await pWaitFor(isUp, { interval: 100, timeout: START_TIMEOUT_MS });
  } catch (cause) {
    throw new ChaosError({ code: 'platform', message: `${instance} did not start: ${describeError(cause)}.`, cause });
  }
  return `${instance} was started again`;
}
