import type { StackUsage } from '../../core/platform.ts';
import type { KindNodes } from './kind-nodes.ts';

/** Memory in bytes and CPU in nanoseconds of everything in the node, from its cgroup in version 2 or 1, and its processes. */
const SCRIPT = `
cat /sys/fs/cgroup/memory.current 2>/dev/null || cat /sys/fs/cgroup/memory/memory.usage_in_bytes
if [ -f /sys/fs/cgroup/cpu.stat ]; then sed -n 's/^usage_usec \\(.*\\)/\\1000/p' /sys/fs/cgroup/cpu.stat; else cat /sys/fs/cgroup/cpuacct/cpuacct.usage; fi
ls -d /proc/[0-9]* | wc -l`;

/** What the nodes of a cluster use, all together. Nodes that do not run use nothing. */
export async function usageOf(nodes: KindNodes): Promise<StackUsage> {
  let total: StackUsage = { memoryBytes: 0, cpuSeconds: 0, processes: 0 };
  for (const { name, state } of await nodes.list()) {
    if (state !== 'running') continue;
    const printed = (await nodes.runIn(name, SCRIPT)) ?? '';
    const [memory = 0, nanoseconds = 0, processes = 0] = printed.trim().split('\n').map(Number);
    total = {
      memoryBytes: total.memoryBytes + memory,
      cpuSeconds: total.cpuSeconds + nanoseconds / 1e9,
      processes: total.processes + processes,
    };
  }
  return total;
}
