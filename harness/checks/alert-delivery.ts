import type { Check } from '../core/scenario.ts';
import { elapsed } from '../core/bounds.ts';
import { alertOf, observedJobs, tellsOfFailure, type ObservedJob } from '../core/derive/job-timeline.ts';
import type { History } from '../core/history.ts';
import { sentence } from '../core/sentence.ts';
import { count, describeBounds } from './words.ts';

export interface AlertDeliveryOptions {
  /**
   * True where the receiver itself was away: a sender that does not know whether its alert arrived may send it again, under the
   * same idempotency key. Such repeats are then told, and are no failure.
   */
  readonly mayRepeat?: boolean;
}

/** Every job that failed for good raised exactly one alert, and no other job raised any. */
export function alertDelivery({ mayRepeat = false }: AlertDeliveryOptions = {}): Check {
  return {
    id: 'alert_delivery',
    title: 'Each failed job raised exactly one alert',
    failure: 'Not every failed job raised exactly one alert',
    judge(history) {
      const jobs = observedJobs(history);
      const failed = jobs.filter((job) => job.status === 'failed');
      const alerts = history.all('alert').filter(tellsOfFailure);
      const evidence = [
        ...failed.flatMap((job) => job.events.slice(-1).map((event) => event.i)),
        ...alerts.map((alert) => alert.i),
      ];
      if (failed.length === 0) {
        return {
          verdict: 'unknown',
          summary: 'No job failed for good, so the alert path was not put to the test.',
          evidence,
        };
      }
      const wrong = failed.flatMap((job) => {
        const received = alerts.filter((alert) => alert.jobId === job.jobId);
        const repeats = received.filter((alert) => alert.isRepeat === true).length;
        if (received.length - (mayRepeat ? repeats : 0) === 1) return [];
        const same = repeats === 0 ? '' : `, ${repeats} under an idempotency key that had been received before`;
        return [`job ${job.jobId} failed and raised ${count(received.length, 'alert')}${same}`];
      });
      const failedIds = new Set(failed.map((job) => job.jobId));
      const known = new Set(jobs.map((job) => job.jobId));
      const unfounded = alerts.filter(
        (alert) => alert.jobId !== undefined && known.has(alert.jobId) && !failedIds.has(alert.jobId),
      );
      wrong.push(...unfounded.map((alert) => `job ${alert.jobId} did not fail but raised an alert`));
      if (wrong.length > 0) return { verdict: 'fail', summary: sentence(wrong.join('; ')), evidence };
      return {
        verdict: 'pass',
        summary: `${count(failed.length, 'job')} failed for good, each with one alert${describeDelays(history, failed)}${describeRepeats(history)}.`,
        evidence,
      };
    },
  };
}

/** How long after its failure each alert came: both are seen by looking, so both have bounds. */
function describeDelays(history: History, failed: readonly ObservedJob[]): string {
  const delays = failed.flatMap((job) => {
    const alerted = alertOf(history, job);
    return alerted === undefined || job.finished === undefined ? [] : [elapsed(job.finished, alerted.at)];
  });
  return delays.length === 0 ? '' : `, ${delays.map(describeBounds).join(', ')} after the failure`;
}

function describeRepeats(history: History): string {
  const repeats = history.all('alert').filter((alert) => alert.isRepeat === true).length;
  return repeats === 0 ? '' : `; ${count(repeats, 'alert')} came again under the same idempotency key`;
}
