import { formatMillis } from '../../core/duration.ts';
import { ChaosError } from '../../core/errors.ts';
import type { ServiceName } from '../../core/platform.ts';
import { acquireRunLock, isLockHeld, readLock } from '../../runner/run-lock.ts';
import { UndoJournal } from '../../runner/undo-journal.ts';
import { interruptible } from '../interrupt.ts';
import { loadPlatform } from '../load-platform.ts';
import { parseSettings } from '../settings.ts';

interface PlatformChoice {
  readonly platform: string;
}

/** Removing nodes with what was unpacked in them takes most of it. */
const DOWN_TIMEOUT_MS = 180_000;

function onPlatform({ platform }: PlatformChoice): string {
  return platform === 'local' ? '' : ` --platform ${platform}`;
}

/** `up`: brings a stack up and leaves it. @throws ChaosError as a run does before it starts. */
export async function upCommand(options: PlatformChoice & { readonly set: readonly string[] }): Promise<number> {
  const settings = parseSettings({}, options.set);
  const platform = await loadPlatform(options.platform);
  const runId = `up-${process.pid}`;
  const lock = acquireRunLock(runId);
  const undo = new UndoJournal(runId);
  const { signal, stopListening } = interruptible((text) => process.stderr.write(`${text}\n`));
  const startedAt = performance.now();
  const onProgress = (text: string): void =>
    void process.stdout.write(`[${formatMillis(performance.now() - startedAt).padStart(8)}] ${text}\n`);
  try {
    await platform.prepare({ settings: settings.stack, weaknesses: settings.weaknesses, signal, onProgress });
    const stack = await platform.up({
      runId,
      settings: settings.stack,
      weaknesses: settings.weaknesses,
      isOwned: false,
      signal,
      onProgress,
      beforeChange: async (action) => void undo.plan(platform.id, action),
    });
    const at = (service: ServiceName): string =>
      `http://${stack.endpoint(service).host}:${stack.endpoint(service).port}`;
    process.stdout.write(`Stack ${stack.id} is up. Web page: ${at('webapp')}/  API: ${at('server')}/api/v1/\n`);
    for (const line of stack.hints ?? []) process.stdout.write(`  ${line}\n`);
    process.stdout.write(`It stays until: npm run chaos -- down${onPlatform(options)}\n`);
    stack.release();
    return 0;
  } catch (error) {
    for (const { id, action } of undo.pending()) {
      await platform.undo(action, AbortSignal.timeout(60_000));
      undo.markDone(id);
    }
    throw signal.aborted
      ? new ChaosError({ code: 'interrupted', message: 'Interrupted; the stack was taken down again.', cause: error })
      : error;
  } finally {
    stopListening();
    undo.close();
    lock.release();
  }
}

/** `down`: takes down the stack that is up. */
export async function downCommand(options: PlatformChoice): Promise<number> {
  if (isLockHeld()) {
    throw new ChaosError({
      code: 'busy',
      message: `Run ${readLock()?.runId ?? '?'} is using the stack.`,
      tryThis: 'Interrupt it with Ctrl-C, or wait.',
    });
  }
  const platform = await loadPlatform(options.platform);
  const stacks = await platform.findStacks();
  if (stacks.length === 0) process.stdout.write('No stack is up.\n');
  for (const { id: stackId, dir } of stacks) {
    const said = await platform.undo({ kind: 'remove-stack', dir, stackId }, AbortSignal.timeout(DOWN_TIMEOUT_MS));
    process.stdout.write(`${said}\n`);
  }
  return 0;
}

/** `status`: what is up and what is left to undo. Changes nothing. */
export async function statusCommand(options: PlatformChoice): Promise<number> {
  const holder = readLock();
  if (holder !== undefined)
    process.stdout.write(`Run ${holder.runId}: ${isLockHeld() ? 'under way' : 'ended without undoing; use cleanup'}\n`);
  for (const journal of UndoJournal.unfinished())
    process.stdout.write(`To undo for ${journal.runId}: ${journal.pending().length} things\n`);
  const platform = await loadPlatform(options.platform);
  const stack = await platform.findRunning();
  if (stack === undefined) {
    const [halfMade] = await platform.findStacks();
    process.stdout.write(halfMade === undefined ? 'No stack is up.\n' : `${halfMade.id} is there and not ready.\n`);
    return 0;
  }
  const usage = await stack.usage();
  process.stdout.write(
    `Stack ${stack.id}: ${usage.processes} processes, ${Math.round(usage.memoryBytes / 2 ** 20)} MiB, ${usage.cpuSeconds.toFixed(1)} CPU seconds so far\n`,
  );
  for (const instance of await stack.instances()) {
    const restarts = instance.restarts > 0 ? `, ${instance.restarts} restarts` : '';
    const node = instance.node === undefined ? '' : ` on ${instance.node}`;
    process.stdout.write(
      `  ${instance.ready ? '✓' : '·'} ${instance.name.padEnd(27)} ${instance.state}${node}${restarts}\n`,
    );
  }
  stack.release();
  return 0;
}
