import { ChaosError } from '../../core/errors.ts';
import { acquireRunLock, isLockHeld, readLock } from '../../runner/run-lock.ts';
import { UndoJournal } from '../../runner/undo-journal.ts';
import { interruptible } from '../interrupt.ts';
import { loadPlatform } from '../load-platform.ts';
import { parseSettings } from '../settings.ts';

/** `up`: brings a stack up and leaves it. @throws ChaosError as a run does before it starts. */
export async function upCommand(options: { readonly set: readonly string[] }): Promise<number> {
  const settings = parseSettings({}, options.set);
  const platform = await loadPlatform('local');
  const runId = `up-${process.pid}`;
  const lock = acquireRunLock(runId);
  const undo = new UndoJournal(runId);
  const { signal, stopListening } = interruptible((text) => process.stderr.write(`${text}\n`));
  const onProgress = (text: string): void => void process.stdout.write(`  ${text}\n`);
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
    process.stdout.write(
      `Stack ${stack.id} is up. Web page: http://127.0.0.1:${stack.endpoint('webapp').port}/  API: http://127.0.0.1:${stack.endpoint('server').port}/api/v1/\n`,
    );
    process.stdout.write('It stays until: npm run chaos -- down\n');
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
export async function downCommand(): Promise<number> {
  if (isLockHeld()) {
    throw new ChaosError({
      code: 'busy',
      message: `Run ${readLock()?.runId ?? '?'} is using the stack.`,
      tryThis: 'Interrupt it with Ctrl-C, or wait.',
    });
  }
  const platform = await loadPlatform('local');
  const stack = await platform.findRunning();
  if (stack === undefined) {
    process.stdout.write('No stack is up.\n');
    return 0;
  }
  process.stdout.write(
    `${await platform.undo({ kind: 'remove-stack', dir: stack.dir, stackId: stack.id }, AbortSignal.timeout(60_000))}\n`,
  );
  return 0;
}

/** `status`: what is up and what is left to undo. Changes nothing. */
export async function statusCommand(): Promise<number> {
  const holder = readLock();
  if (holder !== undefined)
    process.stdout.write(`Run ${holder.runId}: ${isLockHeld() ? 'under way' : 'ended without undoing; use cleanup'}\n`);
  for (const journal of UndoJournal.unfinished())
    process.stdout.write(`To undo for ${journal.runId}: ${journal.pending().length} things\n`);
  const stack = await (await loadPlatform('local')).findRunning();
  if (stack === undefined) {
    process.stdout.write('No stack is up.\n');
    return 0;
  }
  const usage = await stack.usage();
  process.stdout.write(
    `Stack ${stack.id}: ${usage.processes} processes, ${Math.round(usage.memoryBytes / 2 ** 20)} MiB, ${usage.cpuSeconds.toFixed(1)} CPU seconds so far\n`,
  );
  for (const instance of await stack.instances()) {
    const restarts = instance.restarts > 0 ? `, ${instance.restarts} restarts` : '';
    process.stdout.write(`  ${instance.ready ? '✓' : '·'} ${instance.name.padEnd(16)} ${instance.state}${restarts}\n`);
  }
  return 0;
}
