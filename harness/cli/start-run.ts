import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ChaosError } from '../core/errors.ts';
import type { Clock } from '../core/clock.ts';
import type { Platform } from '../core/platform.ts';
import { acquireRunLock } from '../runner/run-lock.ts';
import { RunRecorder } from '../runner/run-recorder.ts';
import { openRecord } from '../store/record-writer.ts';
import { interruptible } from './interrupt.ts';
import { liveProgress } from './progress/live-progress.ts';
import { plainProgress, type Progress } from './progress/plain-progress.ts';
import { reportsDirectory } from './project-paths.ts';

/** Password of the stack's databases; kept out of the record whatever carries it. */
const SECRETS = ['airbyte:airbyte@'];

/** The machine is this run's: nobody else breaks anything, and a signal is listened for. */
export interface ClaimedMachine {
  readonly lock: { readonly release: () => void };
  readonly signal: AbortSignal;
  readonly stopListening: () => void;
}

/**
 * Takes the lock and makes sure that a stack with these settings can be had.
 * @throws ChaosError `busy`, `cleanup-needed`, `environment`, `install`, `config` or `interrupted`; the machine is then as it was.
 */
export async function claimMachine(
  runId: string,
  platform: Platform,
  stack: { readonly stackSettings: Readonly<Record<string, string>>; readonly weaknesses: readonly string[] },
  stopFile?: string,
): Promise<ClaimedMachine> {
  if (stopFile !== undefined && existsSync(stopFile)) {
    throw new ChaosError({
      code: 'config',
      message: `The stop file ${stopFile} is there, so nothing is begun.`,
      tryThis: 'Remove it when runs may go on.',
    });
  }
  const lock = acquireRunLock(runId);
  const { signal, stopListening } = interruptible((text) => process.stderr.write(`\n${text}\n`), stopFile);
  try {
    await platform.prepare({
      settings: stack.stackSettings,
      weaknesses: stack.weaknesses,
      signal,
      onProgress: (text) => void process.stderr.write(`  ${text}\n`),
    });
  } catch (error) {
    // Nothing has been started and nothing written: the machine is as it was.
    lock.release();
    throw signal.aborted
      ? new ChaosError({ code: 'interrupted', message: 'Interrupted before anything was started.', cause: error })
      : error;
  }
  return { lock, signal, stopListening };
}

/** The record of a run that is shown while it grows. */
export interface ShownRecord {
  readonly dir: string;
  readonly record: RunRecorder;
  close(): void;
}

/**
 * Opens the record of a run and shows its events on the console; line by line when `isPlain`, because two live views cannot share
 * one screen. @throws ChaosError `record`.
 */
export function openShownRecord(
  runId: string,
  clock: Clock,
  options: { readonly json: boolean; readonly isPlain?: boolean; readonly secrets?: readonly string[] },
): ShownRecord {
  const dir = join(reportsDirectory(), runId);
  const record = new RunRecorder(openRecord(dir, { clock, redact: [...SECRETS, ...(options.secrets ?? [])] }));
  const progress = openProgress(options.json, options.isPlain ?? false);
  record.onEvent((event) => progress.show(event));
  return {
    dir,
    record,
    close() {
      progress.close();
      record.close();
    },
  };
}

function openProgress(isJson: boolean, isPlain: boolean): Progress {
  const stream = isJson ? process.stderr : process.stdout;
  return stream.isTTY && !isPlain ? liveProgress(stream) : plainProgress((text) => void stream.write(text));
}
