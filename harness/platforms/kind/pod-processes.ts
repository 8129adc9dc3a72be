import type { InstanceProcess, ProcessOnNode } from '../../core/platform.ts';
import type { KindNodes } from './kind-nodes.ts';

/** `sh` function: state, parent and start time of a process, from /proc; a name with spaces or parentheses does no harm. */
const STAT = `stat_of() { sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null; }`;

/** Every process of a container, by its cgroup: also what has left the process tree of its main process. */
export async function processesOfContainer(
  nodes: KindNodes,
  node: string,
  containerId: string,
): Promise<readonly InstanceProcess[]> {
  const printed = await nodes.runIn(
    node,
    `${STAT}
     for file in $(grep -l '${containerId}' /proc/[0-9]*/cgroup 2>/dev/null); do
       pid=\${file#/proc/}; pid=\${pid%/cgroup}
       printf '%s|%s|%s\\n' "$pid" "$(stat_of "$pid")" "$(tr '\\0\\n' '  ' < "/proc/$pid/cmdline" 2>/dev/null)"
     done`,
  );
  // Nothing runs in a node that does not.
  return (printed ?? '').split('\n').flatMap((line) => {
    const [pid = '', stat = '', command = ''] = line.split('|');
    const fields = stat.split(' ');
    const [state, parent] = fields;
    // A zombie is not alive, and what is read of a process that has just gone is empty.
    if (state === undefined || parent === undefined || state === 'Z' || state === 'X') return [];
    const startTicks = Number(fields[19]);
    return [{ pid: Number(pid), startTicks, node, parentPid: Number(parent), command: command.trim().slice(0, 160) }];
  });
}

/** The one that the container was started with: its parent is not among them. */
export function mainProcess(processes: readonly InstanceProcess[]): InstanceProcess | undefined {
  const pids = new Set(processes.map(({ pid }) => pid));
  return processes.find(({ parentPid }) => !pids.has(parentPid));
}

/** Sends a signal to exactly this process; false when it is gone. The look and the signal are one script in the node. */
export async function signalInNode(
  nodes: KindNodes,
  { pid, startTicks, node = '' }: ProcessOnNode,
  signal: NodeJS.Signals,
): Promise<boolean> {
  const printed = await nodes.runIn(
    node,
    `${STAT}
     set -- $(stat_of ${pid})
     [ "$1" != Z ] && [ "\${20}" = ${startTicks} ] && kill -s ${signal.slice('SIG'.length)} ${pid} 2>/dev/null && echo sent || true`,
  );
  return printed?.trim() === 'sent';
}

/** True when exactly this process is stopped by a signal. */
export async function isStoppedInNode(
  nodes: KindNodes,
  { pid, startTicks, node = '' }: ProcessOnNode,
): Promise<boolean> {
  const printed = await nodes.runIn(node, `${STAT}\nset -- $(stat_of ${pid})\nprintf '%s %s' "$1" "\${20}"`);
  return printed === `T ${startTicks}`;
}
