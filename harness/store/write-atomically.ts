import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ChaosError } from '../core/errors.ts';

/**
 * Writes a whole file so that a reader sees either the old content or the new one, never a part: a temporary file in
 * the same folder, fsync, rename. The folder must exist.
 * @throws ChaosError `record` when the disk refuses; the old file is then untouched.
 */
export function writeAtomically(path: string, content: string): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    writeAndSync(temporary, Buffer.from(content, 'utf8'));
    renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw new ChaosError({
      code: 'record',
      message: `${basename(path)} could not be written to ${dirname(path)}.`,
      tryThis: 'Look at the free space and the permissions of the folder.',
      cause,
    });
  }
}

function writeAndSync(path: string, bytes: Buffer): void {
  const file = openSync(path, 'w', 0o644);
  try {
    let written = 0;
    while (written < bytes.length) written += writeSync(file, bytes, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes the rename itself survive a power loss. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
