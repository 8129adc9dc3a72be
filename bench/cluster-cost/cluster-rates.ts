import type { ServerRequests } from './server-metrics.ts';

/** CPU time of one node, read together with its clock, so that a delay on the way changes no rate. */
export interface NodeReading {
  readonly clockSeconds: number;
  readonly cpuSeconds: number;
}

/** What a cluster has used and answered by one moment. */
export interface ClusterReading {
  readonly nodes: ReadonlyMap<string, NodeReading>;
  readonly requests: ServerRequests;
  /** When the API server was asked, in milliseconds. */
  readonly requestsAtMs: number;
}

/** What a cluster used and answered between two readings. */
export interface ClusterRates {
  /** CPU seconds of all nodes per second. */
  readonly cores: number;
  /** Requests that the API server finished, per second. */
  readonly requestsPerSecond: number;
  /** Watches and other long requests that were open at the end. */
  readonly openRequests: number;
}

/**
 * The rates between two readings.
 * @throws Error when a node came or went, or when an account began anew: the window then compares nothing.
 */
export function ratesBetween(before: ClusterReading, after: ClusterReading): ClusterRates {
  let cores = 0;
  for (const name of new Set([...before.nodes.keys(), ...after.nodes.keys()])) {
    const [from, to] = [before.nodes.get(name), after.nodes.get(name)];
    if (from === undefined || to === undefined) throw new Error(`${name} did not run all the time.`);
    cores += perSecond(name, to.cpuSeconds - from.cpuSeconds, to.clockSeconds - from.clockSeconds);
  }
  const answered = after.requests.answered - before.requests.answered;
  return {
    cores,
    requestsPerSecond: perSecond('the API server', answered, (after.requestsAtMs - before.requestsAtMs) / 1000),
    openRequests: after.requests.open,
  };
}

function perSecond(whose: string, amount: number, seconds: number): number {
  if (amount >= 0 && seconds > 0) return amount / seconds;
  throw new Error(`The accounts of ${whose} began anew within a window: it was restarted.`);
}
