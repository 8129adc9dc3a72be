import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { seen, type RunbookSeen, type Seen } from '../../core/audit-observations.ts';
import { userFile } from '../project-paths.ts';

const TEXTS = /\.(md|markdown|txt|adoc|rst|html)$/i;
/** A folder's own description is no runbook. */
const DESCRIPTION = /^readme\./i;

/** The runbook of that path, or those in a folder. A file that was checked out is as new as the check-out: where Git knows it, its last commit counts. */
export async function readRunbooks(path: string): Promise<Seen<readonly RunbookSeen[]>> {
  const files = filesAt(userFile(path));
  return seen(await Promise.all(files.map(readRunbook)));
}

function filesAt(path: string): readonly string[] {
  try {
    if (statSync(path).isFile()) return [path];
    return readdirSync(path, { recursive: true, encoding: 'utf8' })
      .filter((name) => TEXTS.test(name) && !DESCRIPTION.test(basename(name)))
      .map((name) => join(path, name));
  } catch {
    return [];
  }
}

async function readRunbook(file: string): Promise<RunbookSeen> {
  const words = readFileSync(file, 'utf8').split(/\s+/).filter(Boolean).length;
  const committed = await lastCommit(file);
  const changedAt = committed ?? statSync(file).mtime.toISOString();
  return { file: basename(file), changedAt, changedBy: committed === undefined ? 'file' : 'commit', words };
}

/** Undefined where Git does not know the file as it is now. */
async function lastCommit(file: string): Promise<string | undefined> {
  const git = async (...args: readonly string[]): Promise<string | undefined> => {
    const { stdout, failed } = await execa('git', ['-C', dirname(file), ...args, '--', file], { reject: false });
    return failed ? undefined : stdout.trim();
  };
  if ((await git('status', '--porcelain')) !== '') return undefined;
  const at = Date.parse((await git('log', '-1', '--format=%cI')) ?? '');
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
