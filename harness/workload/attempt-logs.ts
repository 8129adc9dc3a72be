import { connectAirbyteApi } from '../clients/airbyte-api.ts';
import { injectionTime } from '../core/derive/fault-time.ts';
import { interruptedJob, isTerminal } from '../core/derive/job-timeline.ts';
import type { Workload } from '../core/scenario.ts';
import { lookRepeatedly } from './look-repeatedly.ts';

const LOGS_EVERY_MS = 500;

/** Follows whether the logs of the job that ran at the fault can be read, once that job is over. */
export function watchAttemptLogs(): Workload {
  return {
    name: 'a watch on the logs of attempts',
    async start(context) {
      const api = await connectAirbyteApi({ server: context.stack.endpoint('server'), signal: context.signal });
      const seen = new Map<number, number>();
      context.background('logs of attempts', (signal) =>
        lookRepeatedly(context, LOGS_EVERY_MS, signal, async (previousStart, start) => {
          const injected = injectionTime(context.history);
          const job = injected && interruptedJob(context.history, injected.at);
          if (job === undefined || !isTerminal(job.status)) return;
          // Once all are there they stay: the API fetches them from the store at each call.
          if (seen.size === job.attempts.length && [...seen.values()].every((lines) => lines > 0)) return;
          for (const { attempt, lines } of await api.logLines(job.jobId)) {
            if (seen.get(attempt) === lines) continue;
            seen.set(attempt, lines);
            const end = context.clock.now();
            context.record.append({ type: 'attempt.log', jobId: job.jobId, attempt, lines, previousStart, start, end });
          }
        }),
      );
    },
  };
}
