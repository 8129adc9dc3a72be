import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { BodyOf } from '../core/events.ts';
import { LoadBuckets } from './load-buckets.ts';

/** Failed requests that are written down one by one; the rest is only counted. */
const MOST_FAILURES = 200;

const point = z.object({
  type: z.literal('Point'),
  metric: z.enum(['http_req_duration', 'http_req_failed', 'dropped_iterations']),
  data: z.object({ time: z.string(), value: z.number(), tags: z.record(z.string(), z.string()).nullish() }),
});
type LoadFailure = Omit<BodyOf<'load.failure'>, 'type'>;

/**
 * Reads the JSON output of k6 on the run's time axis: wall time less `wallOffsetMs`. `untilMs` is when k6 was told to end; what it
 * broke off after that was no failure of the API.
 */
export async function readLoadResults(
  file: string,
  { wallOffsetMs, untilMs }: { readonly wallOffsetMs: number; readonly untilMs: number },
): Promise<{ readonly buckets: LoadBuckets; readonly failures: readonly LoadFailure[] }> {
  const buckets = new LoadBuckets(1000);
  const failures: LoadFailure[] = [];
  for await (const line of createInterface({ input: createReadStream(file) })) {
    // Most lines are metrics that are not used; they are passed over without parsing.
    if (
      !line.includes('"http_req_duration"') &&
      !line.includes('"http_req_failed"') &&
      !line.includes('"dropped_iterations"')
    )
      continue;
    const parsed = point.safeParse(parseLine(line));
    if (!parsed.success) continue;
    const { metric, data } = parsed.data;
    const atMs = Date.parse(data.time) - wallOffsetMs;
    if (atMs > untilMs) continue;
    switch (metric) {
      case 'http_req_duration':
        buckets.addRequest(atMs, data.value);
        break;
      case 'http_req_failed':
        if (data.value === 0) break;
        buckets.addFailure(atMs);
        if (failures.length < MOST_FAILURES) failures.push(describeFailure(atMs, data.tags ?? {}));
        break;
      case 'dropped_iterations':
        buckets.addDropped(data.value);
        break;
      default:
        metric satisfies never;
    }
  }
  return { buckets, failures };
}

function describeFailure(at: number, tags: Readonly<Record<string, string>>): LoadFailure {
  const { method = 'GET', name = 'unknown', status = '0', error = '' } = tags;
  // A failed connection has status 0 and its reason in `error`.
  return { at, request: `${method} ${name}`, note: status === '0' ? error.slice(0, 200) || 'no answer' : status };
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // k6 was ended in the middle of its last line
  }
}
