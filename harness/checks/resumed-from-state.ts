import type { Check } from '../core/scenario.ts';
import { deliveryOf } from '../core/derive/deliveries.ts';
import { injectionTime } from '../core/derive/fault-time.ts';
import { interruptedJob, isTerminal } from '../core/derive/job-timeline.ts';
import { count } from './words.ts';

/** How many checkpoints' worth of records may be delivered again: what was committed but not yet acknowledged. */
const CHECKPOINTS_READ_AGAIN = 2;

/** The retry went on from the last saved state: few records were read and delivered twice. */
export function resumedFromState({ checkpointEvery }: { readonly checkpointEvery: number }): Check {
  const allowed = checkpointEvery * CHECKPOINTS_READ_AGAIN;
  return {
    id: 'resumed_from_state',
    title: 'The retry resumed from the last saved state',
    judge(history) {
      const subject = history.first('connection', (connection) => connection.role === 'subject');
      const injected = injectionTime(history);
      if (subject === undefined || injected === undefined) {
        return { verdict: 'unknown', summary: 'No sync was interrupted.', evidence: [] };
      }
      const delivery = deliveryOf(history, subject);
      const job = interruptedJob(history, injected.at);
      const evidence = delivery.read === undefined ? [] : [delivery.read.i];
      if (job === undefined || !isTerminal(job.status)) {
        return {
          verdict: 'unknown',
          summary: 'The interrupted job never went on, so nothing was resumed.',
          evidence,
          consequenceOf: 'job_outcome',
        };
      }
      if (delivery.read === undefined)
        return { verdict: 'unknown', summary: 'The destination was never read.', evidence };
      const emitted = job.attempts.reduce((sum, attempt) => sum + (attempt.recordsEmitted ?? 0), 0);
      const claim =
        emitted > 0
          ? ` The API reports ${count(emitted, 'record')} read over ${count(job.attempts.length, 'attempt')}.`
          : '';
      const summary = `${count(delivery.extraCopies, 'record')} delivered twice; up to ${allowed} are expected (${CHECKPOINTS_READ_AGAIN} checkpoints of ${checkpointEvery}).${claim}`;
      return { verdict: delivery.extraCopies <= allowed ? 'pass' : 'fail', summary, evidence };
    },
  };
}
