import { ChaosError } from '../../core/errors.ts';

/** Prints the account of CPU of everything in a node: `cpu.stat` of its cgroup in version 2, or `cpuacct.usage` in version 1. */
export const CPU_SCRIPT = 'cat /sys/fs/cgroup/cpu.stat 2>/dev/null || cat /sys/fs/cgroup/cpuacct/cpuacct.usage';

/**
 * CPU seconds since the node was made, from what {@link CPU_SCRIPT} printed: `usage_usec` in microseconds (version 2), or one number of nanoseconds
 * (version 1). Source: the kernel's Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/cpuacct.rst.
 * @throws ChaosError `platform` when it is neither.
 */
export function cpuSecondsIn(printed: string): number {
  const microseconds = /^usage_usec (\d+)$/m.exec(printed)?.[1];
  if (microseconds !== undefined) return Number(microseconds) / 1e6;
  const nanoseconds = /^\s*(\d+)\s*$/.exec(printed)?.[1];
  if (nanoseconds !== undefined) return Number(nanoseconds) / 1e9;
  throw new ChaosError({
    code: 'platform',
    message: 'What a node prints of its CPU time is neither cpu.stat nor cpuacct.usage.',
    lastState: printed.slice(0, 200),
  });
}
