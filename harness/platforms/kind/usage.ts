import type { StackUsage } from '../../core/platform.ts';
import type { KindNodes } from './kind-nodes.ts';
import { CPU_SCRIPT, cpuSecondsIn } from './node-cpu.ts';

/** Memory in bytes of everything in the node, from its cgroup in version 2 or 1, its processes, and its CPU time. */
const SCRIPT = `
cat /sys/fs/cgroup/memory.current 2>/dev/null || cat /sys/fs/cgroup/memory/memory.usage_in_bytes
ls -d /proc/[0-9]* | wc -l
${CPU_SCRIPT}`;

/** What the nodes of a cluster use, all together. Nodes that do not run use nothing. */
export async function usageOf(nodes: KindNodes): Promise<StackUsage> {
  let total: StackUsage = { memoryBytes: 0, cpuSeconds: 0, processes: 0 };
  for (const { name, state } of await nodes.list()) {
    const printed = state === 'running' ? await nodes.runIn(name, SCRIPT) : undefined;
    if (printed === undefined) continue;
    const [memory, processes, ...cpu] = printed.trim().split('\n');
    total = {
      memoryBytes: total.memoryBytes + Number(memory),
      cpuSeconds: total.cpuSeconds + cpuSecondsIn(cpu.join('\n')),
      processes: total.processes + Number(processes),
    };
  }
  return total;
}
