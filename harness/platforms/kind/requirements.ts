import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { execa } from 'execa';
import { ChaosError } from '../../core/errors.ts';
import type { Requirement } from '../requirement.ts';

const HOST_SCRIPT = 'Debian: bash kind-config/host/debian.sh (as root)';
/** Node image, images of the stack, and what four nodes unpack of them (facts: kind-stack.md, section 10), in bytes. */
const NEEDED_BYTES = 20 * 2 ** 30;
const GIBIBYTE = 2 ** 30;
/** The oldest minor version of Go 1 that builds Kubernetes 1.34. */
const OLDEST_GO = 24;
/** Bit of CAP_SYS_RESOURCE in a capability set (capability.h). */
const SYS_RESOURCE = 24n;
/** kind's own advice (known issues); with 128 a sixth node came up and never became ready. */
const NEEDED_INOTIFY_INSTANCES = 512;
const LOOK_TIMEOUT_MS = 20_000;

/** Everything that kind clusters need of the machine. */
export async function checkKindRequirements(): Promise<readonly Requirement[]> {
  const docker = await dockerDaemon();
  const ofDocker = docker.isMet ? [await runtime(), await diskSpace()] : [];
  return [docker, ...ofDocker, cgroups(), inotify(), await debootstrap(), await goToolchain()];
}

/** @throws ChaosError `environment` with everything that is missing, and what to do about each. */
export async function requireKind(): Promise<void> {
  const missing = (await checkKindRequirements()).filter(({ isMet }) => !isMet);
  if (missing.length === 0) return;
  throw new ChaosError({
    code: 'environment',
    message: `This machine cannot run kind clusters: ${missing.map(({ what, detail }) => `${what} (${detail})`).join('; ')}.`,
    tryThis: [...new Set(missing.map(({ tryThis }) => tryThis))].join(' / '),
  });
}

async function dockerDaemon(): Promise<Requirement> {
  const { exitCode, stdout, stderr } = await look('docker', ['version', '--format', '{{.Server.Version}}']);
  return {
    what: 'Docker that this user may use',
    isMet: exitCode === 0,
    detail: exitCode === 0 ? stdout : (stderr.split('\n').at(-1) ?? 'not found'),
    tryThis: `${HOST_SCRIPT}. Or start Docker, and add your user to the group docker.`,
  };
}

/** Where the machine itself may not raise limits, runc refuses every privileged container unless it is asked for less. */
async function runtime(): Promise<Requirement> {
  const isAllowed = hasCapability(SYS_RESOURCE);
  const { stdout } = await look('docker', ['info', '--format', '{{.DefaultRuntime}}']);
  const isAdapted = stdout === 'as-allowed';
  return {
    what: 'Privileged containers',
    isMet: isAllowed || isAdapted,
    detail: isAllowed
      ? 'the machine has CAP_SYS_RESOURCE'
      : `the machine lacks CAP_SYS_RESOURCE; Docker's default runtime is ${stdout}${isAdapted ? ', which asks for less' : ''}`,
    tryThis: `${HOST_SCRIPT} makes a runtime that leaves the missing capability out.`,
  };
}

async function diskSpace(): Promise<Requirement> {
  const { stdout: root } = await look('docker', ['info', '--format', '{{.DockerRootDir}}']);
  // Docker may run elsewhere than this process; then its disk cannot be seen from here.
  if (!existsSync(root)) return { what: 'Disk space for Docker', isMet: true, detail: 'not known', tryThis: '' };
  const { bavail, bsize } = statfsSync(root);
  const free = bavail * bsize;
  return {
    what: 'Disk space for Docker',
    isMet: free >= NEEDED_BYTES,
    detail: `${(free / GIBIBYTE).toFixed(1)} GiB free in ${root}, ${NEEDED_BYTES / GIBIBYTE} GiB needed`,
    tryThis: 'Free some space there, or give Docker another data-root.',
  };
}

/** systemd inside of a node needs a cgroup hierarchy of its own, or version 2. */
function cgroups(): Requirement {
  const mounts = readMounts();
  const isSecond = mounts.some((line) => line.startsWith('cgroup2 /sys/fs/cgroup '));
  const hasSystemd = mounts.some((line) => line.startsWith('cgroup ') && line.includes('name=systemd'));
  return {
    what: 'cgroups for systemd in a node',
    isMet: isSecond || hasSystemd,
    detail: isSecond
      ? 'version 2'
      : hasSystemd
        ? 'version 1, with the hierarchy name=systemd'
        : 'no hierarchy name=systemd',
    tryThis: HOST_SCRIPT,
  };
}

/** Each node's kubelet, container runtime and service manager have dozens; Linux gives a user 128, for all of its nodes together. */
function inotify(): Requirement {
  const instances = Number(readFileSync('/proc/sys/fs/inotify/max_user_instances', 'utf8'));
  return {
    what: 'inotify instances for all nodes',
    isMet: instances >= NEEDED_INOTIFY_INSTANCES,
    detail: `${instances} of ${NEEDED_INOTIFY_INSTANCES} (fs.inotify.max_user_instances)`,
    tryThis: `${HOST_SCRIPT}. Or as root: sysctl fs.inotify.max_user_instances=${NEEDED_INOTIFY_INSTANCES}`,
  };
}

async function debootstrap(): Promise<Requirement> {
  const { exitCode, stdout } = await look('debootstrap', ['--version']);
  return {
    what: 'debootstrap, to build images without an image registry',
    isMet: exitCode === 0,
    detail: exitCode === 0 ? stdout : 'not found',
    tryThis: HOST_SCRIPT,
  };
}

async function goToolchain(): Promise<Requirement> {
  const { stdout } = await look('go', ['env', 'GOVERSION']);
  const minor = Number(/^go1\.(\d+)/.exec(stdout)?.[1] ?? 0);
  return {
    what: `Go 1.${OLDEST_GO} or newer, to build Kubernetes without an image registry`,
    isMet: minor >= OLDEST_GO,
    detail: stdout === '' ? 'not found' : stdout,
    tryThis: HOST_SCRIPT,
  };
}

interface Look {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

async function look(program: string, args: readonly string[]): Promise<Look> {
  const { exitCode, stdout, stderr } = await execa(program, args, { reject: false, timeout: LOOK_TIMEOUT_MS });
  return { exitCode, stdout: stdout.trim(), stderr: stderr.trim() };
}

function hasCapability(bit: bigint): boolean {
  const hexadecimal = /^CapBnd:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return ((BigInt(`0x${hexadecimal}`) >> bit) & 1n) === 1n;
}

function readMounts(): readonly string[] {
  return readFileSync('/proc/mounts', 'utf8').split('\n');
}
