import { setTimeout as delay } from 'node:timers/promises';
import { monitorApi } from '../../clients/monitor/monitor-api.ts';
import { readLook } from '../../clients/monitor/read-look.ts';
import { examine } from '../../monitor/examine.ts';
import { remember, type Memory } from '../../monitor/memory.ts';
import type { MonitorReport } from '../../monitor/report-schema.ts';
import type { MonitorOptions } from './monitor-options.ts';

/** Looks at one Airbyte, once or again and again, and remembers what it saw. */
export interface Watcher extends Disposable {
  /** @throws only for a defect of the harness, or when it is aborted. */
  look(): Promise<MonitorReport>;
}

export function watcher(options: MonitorOptions, signal: AbortSignal): Watcher {
  const { url, credentials, timeoutMs, healthTimeoutMs, windowMs, workspaceId, alertSink, hungAfterMs } = options;
  const api = monitorApi({ url, credentials, timeoutMs, signal });
  const isOnce = options.everyMs === undefined;
  let memory: Memory | undefined;
  return {
    async look() {
      const look = await readLook(api, {
        windowMs,
        healthTimeoutMs,
        timeoutMs,
        signal,
        ...(workspaceId === undefined ? {} : { workspaceId }),
        ...(alertSink === undefined ? {} : { alertSink }),
      });
      signal.throwIfAborted();
      if (!isOnce) memory = remember(memory, look);
      return examine(look, {
        ...(memory === undefined ? {} : { memory }),
        ...(hungAfterMs === undefined ? {} : { hungAfterMs }),
      });
    },
    [Symbol.dispose]: () => api.close(),
  };
}

/** Calls `work` every `everyMs`, counted from its starts, until it is aborted; one that takes longer is not overtaken. */
export async function repeat(everyMs: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    const startedAt = performance.now();
    try {
      await work();
      await delay(Math.max(0, everyMs - (performance.now() - startedAt)), undefined, { signal });
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
  }
}
