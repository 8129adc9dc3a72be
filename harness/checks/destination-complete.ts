import type { Check } from '../core/scenario.ts';
import { deliveryOf, describeMissing, type Delivery } from '../core/derive/deliveries.ts';
import type { EventOf } from '../core/events.ts';
import type { History } from '../core/history.ts';
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
      const unknown = notKnown(history, delivery, delivery.read);
      if (unknown !== undefined) return { verdict: 'unknown', summary: unknown, evidence };
      const copies =
        delivery.extraCopies === 0 ? 'none twice' : count(delivery.extraCopies, 'extra copy', 'extra copies');
      return { verdict: 'pass', summary: `All ${count(produced, 'record')} arrived, ${copies}.`, evidence };
    },
  };
}

/** Why a destination that seems to hold everything is not known to. */
function notKnown(history: History, delivery: Delivery, read: EventOf<'delivery.read'>): string | undefined {
  const faultAt = injectionTime(history)?.at.high ?? -Infinity;
  if (read.start < faultAt) return 'The destination was read before the fault, and not after it.';
  const found = countIn(read.present) + delivery.extraCopies;
  if (read.rows === found) return undefined;
  return `The destination was counted to hold ${count(read.rows, 'row')}, and ${found.toLocaleString('en-US')} were read one by one.`;
}
