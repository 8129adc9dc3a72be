import { identifyProcess } from '../../core/process-identity.ts';
import type { Instance } from '../../core/platform.ts';
import type { OutsideService } from './outside.ts';

/** A container beside the cluster as an instance of the stack; undefined for the gateway, which is a tool of the harness. */
export function outsideInstance(service: OutsideService): Instance | undefined {
  const { id, component, address, ports, state, startedAt, pid, restarts } = service;
  if (component === 'gateway') return undefined;
  const main = pid === 0 ? undefined : identifyProcess(pid);
  const isRunning = state === 'running';
  return {
    name: `${component}-0`,
    component,
    state: isRunning ? 'running' : state === 'restarting' ? 'backoff' : 'exited',
    ready: isRunning,
    restarts,
    isExpected: true,
    host: address,
    ports,
    ...main,
    // The container stays the same when what runs in it is started again.
    ...(isRunning ? { incarnation: `${id.slice(0, 12)} ${startedAt}` } : {}),
    ...(ports['http'] === undefined ? {} : { url: `http://${address}:${ports['http']}` }),
  };
}
