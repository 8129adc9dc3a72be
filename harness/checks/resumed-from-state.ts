import type { Check } from '../core/scenario.ts';
import { deliveryOf } from '../core/derive/deliveries.ts';
import { injectionTime } from '../core/derive/fault-time.ts';
import { interruptedJob, isTerminal } from '../core/derive/job-timeline.ts';
import { nextRun } from '../core/derive/next-run.ts';
import { count } from './words.ts';

/** Records are committed before their state is saved: one batch may be between the two, and one on its way. */
const BATCHES_ON_THE_WAY = 2;

export interface ResumedFromStateOptions {
  /** Records per state message. */
  readonly checkpointEvery: number;
  readonly recordsPerSecond: number;
  /** How far the saved state may lag behind what is committed. Airbyte itself saves it every 10 s (REPLICATION_FLUSH_PERIOD_SECONDS). */
  readonly stateLagSeconds: number;
}

/** The retry went on from the last saved state: no more was read and delivered twice than the state may have lagged behind. */
export function resumedFromState({
  checkpointEvery,
  recordsPerSecond,
  stateLagSeconds,
}: ResumedFromStateOptions): Check {
  const allowed = Math.ceil(recordsPerSecond * stateLagSeconds) + checkpointEvery * BATCHES_ON_THE_WAY;
  return {
    id: 'resumed_from_state',
    title: 'The retry resumed from the last saved state',
    failure: 'The retry did not resume from the last saved state',
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
      if (job.attempts.length < 2 && nextRun(history) === undefined) {
        const summary = `Job ${job.jobId} had no further attempt, and no run came after it, so nothing was resumed.`;
        return { verdict: 'unknown', summary, evidence };
      }
      const emitted = job.attempts.reduce((sum, attempt) => sum + (attempt.recordsEmitted ?? 0), 0);
      const claim =
        emitted > 0
          ? ` The API reports ${count(emitted, 'record')} read over ${count(job.attempts.length, 'attempt')}.`
          : '';
      const summary = `${count(delivery.extraCopies, 'record')} delivered twice; up to ${allowed.toLocaleString('en-US')} are expected (${stateLagSeconds} s of records and ${BATCHES_ON_THE_WAY} checkpoints of ${checkpointEvery}).${claim}`;
      return { verdict: delivery.extraCopies <= allowed ? 'pass' : 'fail', summary, evidence };
    },
  };
}
