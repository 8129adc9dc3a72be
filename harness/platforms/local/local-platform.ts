import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pWaitFor, { TimeoutError } from 'p-wait-for';
import { ChaosError } from '../../core/errors.ts';
import type { Platform, PrepareOptions, RunningStack, UpOptions } from '../../core/platform.ts';
import { stacksDirectory } from '../../core/state-directory.ts';
import { installPrograms, LOCAL_PROGRAM } from '../local-program.ts';
import { errorIn } from '../program.ts';
import { requireDiskSpace } from './requirements.ts';
import { openLocalStack, OWNER_TTL_SECONDS, RENEW_EVERY_MS } from './local-stack.ts';
import { isSupervisorAlive, readStackFile, abandonedStacks, runningStacks, type StackFile } from './stack-files.ts';
import { SupervisorApi, type StackStatus } from './supervisor-api.ts';
import { undoLocal } from './undo.ts';

/** A stack that is not ready by then will not be: three times what a slow machine needs. */
const READY_TIMEOUT_MS = 180_000;

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
