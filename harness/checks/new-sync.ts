import { injectionTime } from '../core/derive/fault-time.ts';
import { observedJobs } from '../core/derive/job-timeline.ts';
import type { Check } from '../core/scenario.ts';
import { NEW_SYNC_WAIT } from '../core/wait-names.ts';
import { outcomeOf, unprovenBecause } from './job-outcome.ts';
import { count } from './words.ts';

/** A sync that was asked for after the fault ran and ended well, with its records. */
export function newSyncRan(): Check {
  return {
    id: 'new_sync',
    title: 'A sync asked for after the fault ran',
    failure: 'A sync asked for after the fault did not run',
    judge(history) {
      const injected = injectionTime(history);
      const connection = history.first('connection', (event) => event.role === 'background');
      if (injected === undefined || connection === undefined)
        return { verdict: 'unknown', summary: 'No sync was asked for after a fault.', evidence: [] };
      // One that was seen before the fault was not asked for after it.
      const job = observedJobs(history).find(
        (each) => each.connectionId === connection.connectionId && each.created.high >= injected.at.high,
      );
      const wait = history.latest('wait', (event) => event.name === NEW_SYNC_WAIT);
      const isTimeOver = wait !== undefined && !wait.satisfied;
      if (job === undefined) {
        const summary = isTimeOver ? `No job was made of it: ${wait.lastState}.` : 'It was not asked for.';
        return { verdict: isTimeOver ? 'fail' : 'unknown', summary, evidence: isTimeOver ? [wait.i] : [connection.i] };
      }
      const evidence = job.events.slice(-1).map((event) => event.i);
      const outcome = outcomeOf(history, job);
      const how = `Job ${job.jobId}, asked for after the fault`;
      if (outcome === 'succeeded') {
        const unproven = unprovenBecause(history, job);
        if (unproven !== undefined)
          return { verdict: 'unknown', summary: `${how}, is reported as succeeded, ${unproven}.`, evidence };
        const summary = `${how}, succeeded after ${count(job.attempts.length, 'attempt')}, with its records.`;
        return { verdict: 'pass', summary, evidence };
      }
      if (outcome === 'hung' || outcome === 'not-finished') {
        const summary = `${how}, was still "${job.status}" when ${isTimeOver ? 'the time for it was over' : 'the run ended early'}.`;
        return { verdict: isTimeOver ? 'fail' : 'unknown', summary, evidence };
      }
      const reason = job.attempts.at(-1)?.failure ?? 'no reason given';
      const summary =
        outcome === 'false-success'
          ? `${how}, is reported as succeeded, but it did not bring its records.`
          : `${how}, is ${outcome}: ${reason}.`;
      return { verdict: 'fail', summary, evidence };
    },
  };
}
