import { causeOfShortRestore } from '../core/derive/archive.ts';
import { isTerminal } from '../core/derive/job-timeline.ts';
import { failedStep } from '../core/derive/runbook.ts';
import { deadSiteJobs } from '../core/derive/snapshots.ts';
import type { Check } from '../core/scenario.ts';
import { count } from './words.ts';

/** No job of the dead site is still open after the recovery: each has an outcome, or was lost with what was not archived. */
export function jobsReconciled(): Check {
  return {
    id: 'jobs_reconciled',
    title: 'No job of the dead site is left running',
    failure: 'Jobs of the dead site are left running, or lost',
    judge(history) {
      const jobs = deadSiteJobs(history);
      const looks = history.all('snapshot').map((event) => event.i);
      if (jobs === undefined) {
        const isStopped = failedStep(history) !== undefined;
        const summary = 'Nobody could look at the jobs after the recovery.';
        return {
          verdict: 'unknown',
          summary,
          evidence: looks,
          ...(isStopped ? { consequenceOf: 'runbook_steps' } : {}),
        };
      }
      if (jobs.length === 0) {
        const summary = 'No job was open when the site died, so none was put to the test.';
        return { verdict: 'unknown', summary, evidence: looks };
      }
      const open = jobs.filter(({ status }) => status !== undefined && !isTerminal(status));
      if (open.length > 0) {
        const named = open.map(({ jobId, status }) => `job ${jobId} (${status ?? '?'})`).join(', ');
        const summary = `${count(open.length, 'job')} of the dead site ${open.length === 1 ? 'is' : 'are'} still open, and nobody works on ${open.length === 1 ? 'it' : 'them'}: ${named}.`;
        return { verdict: 'fail', summary, evidence: looks };
      }
      const gone = jobs.filter(({ status, isArchived }) => status === undefined && isArchived);
      if (gone.length > 0) {
        const cause = causeOfShortRestore(history);
        const summary = `The API no longer knows ${gone.map(({ jobId }) => `job ${jobId}`).join(', ')}, which the archive held.`;
        return { verdict: 'fail', summary, evidence: looks, ...(cause === undefined ? {} : { consequenceOf: cause }) };
      }
      const outcomes = jobs.map(({ jobId, status }) =>
        status === undefined ? `job ${jobId} was lost with what was not archived` : `job ${jobId} ${status}`,
      );
      return { verdict: 'pass', summary: `Each has an outcome: ${outcomes.join('; ')}.`, evidence: looks };
    },
  };
}
