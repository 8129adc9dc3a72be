import { connectPatroni, type PatroniConfig } from '../clients/databases/patroni.ts';
import type { Workload } from '../core/scenario.ts';

/** Patroni's lowest timings (it raises anything lower), and its defaults (documentation of `ttl`, `loop_wait`, `retry_timeout`). */
const TIMINGS = {
  tuned: { ttl: 20, loop_wait: 1, retry_timeout: 3 },
  default: { ttl: 30, loop_wait: 10, retry_timeout: 10 },
} as const satisfies Record<string, PatroniConfig>;

/** Odd trials run with tuned timings and even ones with Patroni's defaults; each trial puts back what it found. */
export function alternatingTimings(): Workload {
  return {
    name: 'Patroni with tuned timings in odd trials, with its defaults in even ones',
    async start(context) {
      const cluster = await connectPatroni(context.stack);
      const name = context.trial % 2 === 1 ? 'tuned' : 'default';
      const before = await cluster.configure(TIMINGS[name], context.signal);
      context.afterTrial('timings of Patroni', async (signal) => {
        await cluster.configure(before, signal);
        await cluster.close();
      });
      const values = Object.entries(TIMINGS[name]).map(([key, value]) => `${key} ${value} s`);
      context.record.append({ type: 'note', level: 'info', text: `Timings of Patroni: ${name}, ${values.join(', ')}` });
    },
  };
}
