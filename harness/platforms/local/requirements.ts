import { statfsSync } from 'node:fs';
import { execa } from 'execa';
import { ChaosError } from '../../core/errors.ts';
import { identifyProcess } from '../../core/process-identity.ts';
import { stateDirectory } from '../../core/state-directory.ts';
import type { Requirement } from '../requirement.ts';

/** Free space that the data of one stack need, with room to spare, in bytes. */
const NEEDED_BYTES = 2 ** 30;

/** Everything that the embedded platform needs of the machine. */
export async function checkRequirements(): Promise<readonly Requirement[]> {
  return [await python(), procfs(), diskSpace(), await rights()];
}

/** @throws ChaosError `environment` when the disk is too full for a run. */
export function requireDiskSpace(): void {
  const { isMet, detail, tryThis } = diskSpace();
  if (isMet) return;
  throw new ChaosError({
    code: 'environment',
    message: `There is not enough disk space for a run: ${detail}.`,
    tryThis,
  });
}

async function python(): Promise<Requirement> {
  const script = 'import sys, venv, ensurepip; print(sys.version.split()[0])';
  const result = await execa('python3', ['-c', script], { reject: false });
  const isMet = result.exitCode === 0;
  return {
    what: 'Python 3 with venv',
    isMet,
    detail: isMet ? result.stdout : (result.stderr?.split('\n').at(-1) ?? 'not found'),
    tryThis: 'Install Python 3.9 or newer with its venv module (Debian: apt-get install python3-venv).',
  };
}

function procfs(): Requirement {
  const isMet = identifyProcess(process.pid) !== undefined;
  return {
    what: 'Linux with /proc',
    isMet,
    detail: isMet ? 'there' : `not on ${process.platform}`,
    tryThis: 'The embedded platform needs Linux.',
  };
}

function diskSpace(): Requirement {
  const { bavail, bsize } = statfsSync(stateDirectory());
  const free = bavail * bsize;
  const needed = Number(process.env['CHAOS_NEEDED_BYTES'] ?? NEEDED_BYTES);
  return {
    what: 'Disk space',
    isMet: free >= needed,
    detail: `${gibibytes(free)} free, ${gibibytes(needed)} needed`,
    tryThis: 'Free some space, or set CHAOS_STATE_DIR and CHAOS_CACHE_DIR to another disk.',
  };
}

/** PostgreSQL refuses to run as root: root runs it through a user namespace, or as another user. */
async function rights(): Promise<Requirement> {
  const isRoot = process.getuid?.() === 0;
  const tryThis = 'Run as a user other than root.';
  if (!isRoot) return { what: 'PostgreSQL can run', isMet: true, detail: 'not root, so as it is', tryThis };
  const { exitCode } = await execa('unshare', ['--user', '--map-user=65534', '--map-group=65534', 'true'], {
    reject: false,
  });
  const detail =
    exitCode === 0 ? 'root, through a user namespace' : 'root, as user nobody (this system allows no user namespaces)';
  return { what: 'PostgreSQL can run', isMet: true, detail, tryThis };
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
