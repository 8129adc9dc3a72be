import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { ChaosError } from '../core/errors.ts';
import type { EventBody, RunEvent } from '../core/events.ts';
import { redactor } from './redaction.ts';

/** The name of the record in a run's folder. */
export const RECORD_FILE = 'events.ndjson';

/** An event waits at most this long in memory: what SIGKILL of the harness can cost, in milliseconds. */
const FLUSH_EVERY_MS = 100;
/** Or until this many characters wait. */
const FLUSH_AT_LENGTH = 256 * 1024;

export interface RecordWriter {
  /** Gives the event its place in the record and returns it as it is written, secrets replaced. */
  append(body: EventBody, trial: number): RunEvent;
  /** Hands everything to the operating system: survives the end of this process. */
  flush(): void;
  /** Waits until the disk has it: survives a power loss. */
  sync(): void;
  /** Syncs and closes; a second call does nothing. */
  close(): void;
}

export interface RecordWriterOptions {
  readonly clock: Clock;
  /** Passwords and tokens that must never be written, whatever event carries them. */
  readonly redact?: readonly string[];
}

/**
 * Starts the record of a run: creates `events.ndjson` in `dir`, which is made when it is missing.
 * @throws ChaosError `record` when the file is there already or cannot be made; later, when the disk refuses a write
 * (what was not written stays in memory and is tried again at the next flush).
 */
export function openRecord(dir: string, options: RecordWriterOptions): RecordWriter {
  const path = join(dir, RECORD_FILE);
  const file = createFile(dir, path);
  const redact = redactor(options.redact ?? []);
  let pending: Buffer = Buffer.alloc(0);
  let lines = '';
  let timer: NodeJS.Timeout | undefined;
  let nextIndex = 0;
  let isClosed = false;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (lines !== '') pending = Buffer.concat([pending, Buffer.from(lines, 'utf8')]);
    lines = '';
    try {
      while (pending.length > 0) pending = pending.subarray(writeSync(file, pending));
    } catch (cause) {
      throw diskError(path, cause);
    }
  }

  /** A timer has no caller to throw to: the error shows at the next append or flush, which tries again. */
  function flushByTimer(): void {
    try {
      flush();
    } catch {
      // Kept in `pending`.
    }
  }

  function append(body: EventBody, trial: number): RunEvent {
    if (isClosed) throw new ChaosError({ code: 'internal', message: 'The record of this run is already closed.' });
    const event = redact({ i: nextIndex, t: options.clock.now(), trial, ...body });
    nextIndex += 1;
    lines += `${JSON.stringify(event)}\n`;
    if (lines.length >= FLUSH_AT_LENGTH || pending.length > 0) flush();
    else if (timer === undefined) timer = setTimeout(flushByTimer, FLUSH_EVERY_MS).unref();
    return event;
  }

  function sync(): void {
    flush();
    fsyncSync(file);
  }

  function close(): void {
    if (isClosed) return;
    sync();
    isClosed = true;
    closeSync(file);
  }

  return { append, flush, sync, close };
}

function createFile(dir: string, path: string): number {
  try {
    mkdirSync(dir, { recursive: true });
    // Exclusive: two writers in one record would give two events the same index.
    return openSync(path, 'ax', 0o644);
  } catch (cause) {
    throw diskError(path, cause);
  }
}

function diskError(path: string, cause: unknown): ChaosError {
  return new ChaosError({
    code: 'record',
    message: `The record ${path} could not be written.`,
    tryThis: 'Look at the free space and the permissions of the folder, and start a new run.',
    cause,
  });
}
