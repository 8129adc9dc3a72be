/** What an API server has counted of its requests by one moment. */
export interface ServerRequests {
  /** Requests that it has answered since it was started; a watch is one when it ends. */
  readonly answered: number;
  /** Watches and other long requests that are open now. */
  readonly open: number;
}

/**
 * Reads what `GET /metrics` of an API server answers (Prometheus text format). The request for it is not in these figures: the API server counts
 * what it has handlers for, and `/metrics` is beside them.
 * @throws Error when a figure is missing.
 */
export function readServerMetrics(text: string): ServerRequests {
  return {
    answered: sumOf(text, 'apiserver_request_total'),
    open: sumOf(text, 'apiserver_longrunning_requests'),
  };
}

/** All series of one metric, added up. */
function sumOf(text: string, metric: string): number {
  const values = text
    .split('\n')
    .filter((line) => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `))
    .map((line) => Number(/^[^{ ]+(?:\{.*\})? (\S+)(?: -?\d+)?$/.exec(line)?.[1]));
  if (values.length === 0) throw new Error(`The API server does not tell of ${metric}.`);
  const sum = values.reduce((total, value) => total + value, 0);
  if (!Number.isFinite(sum)) throw new Error(`The API server tells of ${metric} in a form that is not understood.`);
  return sum;
}
