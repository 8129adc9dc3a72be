import { createServer, type Server } from 'node:http';
import { ChaosError, describeError } from '../../core/errors.ts';
import {
  monitorMetrics,
  outcomeOf,
  type CollectionOutcome,
  type CollectorState,
} from '../../monitor/monitor-metrics.ts';
import { CONTENT_TYPE, renderMetrics } from '../../monitor/prometheus-text.ts';
import { repeat, type Watcher } from './look-again.ts';
import type { ListenAddress } from './monitor-options.ts';

export interface ServeOptions {
  readonly watcher: Watcher;
  readonly listen: ListenAddress;
  readonly everyMs: number;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

/**
 * Serves `/metrics` until it is aborted, and collects by its own schedule: a scrape costs Airbyte nothing, and a slow Airbyte no scrape.
 * @throws ChaosError `environment` when it cannot listen there.
 */
export async function serveMetrics({ watcher, listen, everyMs, signal, say }: ServeOptions): Promise<void> {
  const collections: Record<CollectionOutcome, number> = { complete: 0, partial: 0, silent: 0, error: 0 };
  let state: CollectorState = {
    intervalSeconds: everyMs / 1000,
    collections,
    answeredAt: undefined,
    completeAt: undefined,
    durationSeconds: undefined,
    report: undefined,
  };
  const server = createServer((request, response) => {
    const isKnown =
      request.url?.split('?')[0] === '/metrics' && (request.method === 'GET' || request.method === 'HEAD');
    response.writeHead(isKnown ? 200 : 404, { 'content-type': isKnown ? CONTENT_TYPE : 'text/plain' });
    response.end(isKnown ? renderMetrics(monitorMetrics(state)) : 'The metrics are at /metrics.\n');
  });
  const address = await listenOn(server, listen);
  say(`Metrics at http://${address}/metrics, collected every ${everyMs / 1000} s; end with Ctrl-C.`);
  try {
    await repeat(everyMs, signal, async () => {
      const startedAt = performance.now();
      try {
        const report = await watcher.look();
        const outcome = outcomeOf(report);
        const now = Date.now() / 1000;
        collections[outcome] += 1;
        state = {
          ...state,
          report,
          answeredAt: outcome === 'silent' ? state.answeredAt : now,
          completeAt: outcome === 'complete' ? now : state.completeAt,
          durationSeconds: (performance.now() - startedAt) / 1000,
        };
      } catch (error) {
        if (signal.aborted) return;
        collections.error += 1;
        state = { ...state, report: undefined };
        say(`A collection failed: ${describeError(error)}`);
      }
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function listenOn(server: Server, { host, port }: ListenAddress): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new ChaosError({
          code: 'environment',
          message: `${host}:${port} cannot be listened on: ${describeError(cause)}.`,
          cause,
        }),
      ),
    );
    server.listen(port, host, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      resolve(host.includes(':') ? `[${host}]:${bound}` : `${host}:${bound}`);
    });
  });
}
