import { execa } from 'execa';
import { statfsSync } from 'node:fs';
import { describeError } from '../../core/errors.ts';
import { identifyProcess } from '../../core/process-identity.ts';
import { stateDirectory } from '../../core/state-directory.ts';

interface Finding {
  readonly what: string;
  readonly isGood: boolean;
  readonly detail: string;
  readonly tryThis?: string;
}

/** Free space that the packages (0.6 GB) and one run need, in bytes. */
const NEEDED_BYTES = 2 * 2 ** 30;

/** `doctor`: what the embedded platform needs, what is there, and what to do. Exit 0 when a run can work, else 64. */
export async function doctorCommand(): Promise<number> {
  const findings = [await python(), procfs(), diskSpace(), await rights()];
  for (const { what, isGood, detail, tryThis } of findings) {
    process.stdout.write(`${isGood ? '✓' : '✗'} ${what}: ${detail}\n`);
    if (!isGood && tryThis !== undefined) process.stdout.write(`    → ${tryThis}\n`);
  }
  return findings.every(({ isGood }) => isGood) ? 0 : 64;
}

async function python(): Promise<Finding> {
  const result = await execa('python3', ['-c', 'import sys, venv, ensurepip; print(sys.version.split()[0])'], {
    reject: false,
  });
  const isGood = result.exitCode === 0;
  return {
    what: 'Python 3 with venv',
    isGood,
    detail: isGood ? result.stdout : (result.stderr?.split('\n').at(-1) ?? 'not found'),
    tryThis: 'Install Python 3.9 or newer with its venv module (Debian: apt-get install python3-venv).',
  };
}

function procfs(): Finding {
  const isGood = identifyProcess(process.pid) !== undefined;
  return {
    what: 'Linux with /proc',
    isGood,
    detail: isGood ? 'there' : `not on ${process.platform}`,
    tryThis: 'The embedded platform needs Linux.',
  };
}

function diskSpace(): Finding {
  try {
    const { bavail, bsize } = statfsSync(stateDirectory());
    const free = bavail * bsize;
    return {
      what: 'Disk space',
      isGood: free >= NEEDED_BYTES,
      detail: `${(free / 2 ** 30).toFixed(1)} GiB free`,
      tryThis: 'Free 2 GiB, or set CHAOS_STATE_DIR and CHAOS_CACHE_DIR to another disk.',
    };
  } catch (error) {
    return {
      what: 'Disk space',
      isGood: false,
      detail: describeError(error),
      tryThis: 'Set CHAOS_STATE_DIR to a directory that can be written.',
    };
  }
}

/** PostgreSQL refuses to run as root: root needs a way to run it as somebody else. */
async function rights(): Promise<Finding> {
  if (process.getuid?.() !== 0) return { what: 'PostgreSQL can run', isGood: true, detail: 'not root, so as it is' };
  const { exitCode } = await execa('unshare', ['--user', '--map-user=65534', '--map-group=65534', 'true'], {
    reject: false,
  });
  return {
    what: 'PostgreSQL can run',
    isGood: exitCode === 0,
    detail: exitCode === 0 ? 'root, through a user namespace' : 'root, and this system allows no user namespaces',
    tryThis: 'Run as a user other than root.',
  };
}
