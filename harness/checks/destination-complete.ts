import type { Check } from '../core/scenario.ts';
import { deliveryOf, describeMissing } from '../core/derive/deliveries.ts';
import { injectionTime } from '../core/derive/fault-time.ts';
import { interruptedJob, isTerminal } from '../core/derive/job-timeline.ts';
import { countIn, formatRanges } from '../core/sequence.ts';
import { count } from './words.ts';

/** Every record that the source produced is in the destination. Duplicates are counted: delivery is at-least-once. */
export function destinationComplete(): Check {
  return {
    id: 'destination_complete',
    title: 'No record is missing in the destination',
    failure: 'The destination does not hold what the source produced',
    judge(history) {
      const subject = history.first('connection', (connection) => connection.role === 'subject');
      if (subject === undefined) return { verdict: 'unknown', summary: 'There was no sync to follow.', evidence: [] };
      const delivery = deliveryOf(history, subject);
      if (delivery.read === undefined) {
        return {
          verdict: 'unknown',
          summary: 'The destination was never read to the end, so nothing is known of the records.',
          evidence: [],
        };
      }
      const produced = countIn(delivery.produced);
      const evidence = [...history.all('source.rows').map((event) => event.i), delivery.read.i];
      if (produced === 0) return { verdict: 'unknown', summary: 'The source produced no record.', evidence };
      const missing = countIn(delivery.missing);
      if (delivery.unexpected.length > 0) {
        const summary = `The destination holds records that the source never produced: ${formatRanges(delivery.unexpected)}.`;
        return { verdict: 'fail', summary, evidence };
      }
      if (missing > 0) {
        const injected = injectionTime(history);
        const job = injected && interruptedJob(history, injected.at);
        const isStillOpen = job !== undefined && !isTerminal(job.status);
        const summary = `${count(missing, 'record')} of ${produced.toLocaleString('en-US')} missing: ${describeMissing(delivery)}.`;
        return { verdict: 'fail', summary, evidence, ...(isStillOpen ? { consequenceOf: 'job_outcome' } : {}) };
      }
      const copies =
        delivery.extraCopies === 0 ? 'none twice' : count(delivery.extraCopies, 'extra copy', 'extra copies');
      return { verdict: 'pass', summary: `All ${count(produced, 'record')} arrived, ${copies}.`, evidence };
    },
  };
}
