import type { Check } from '../core/scenario.ts';
import { NEXT_RUN_WAIT } from '../core/wait-names.ts';
import { injectionTime } from '../core/derive/fault-time.ts';
import { interruptedJob, isTerminal } from '../core/derive/job-timeline.ts';
import { nextRun } from '../core/derive/next-run.ts';
import { outcomeOf } from './job-outcome.ts';
import { count } from './words.ts';

/** The next scheduled run of the interrupted connection came by itself and went normally: one attempt, succeeded. */
export function nextRunNormal(): Check {
  return {
    id: 'next_run',
    title: 'The next scheduled run was normal',
    failure: 'The next scheduled run was not normal',
    judge(history) {
      const injected = injectionTime(history);
      const job = injected && interruptedJob(history, injected.at);
      if (job === undefined) return { verdict: 'unknown', summary: 'No sync was interrupted.', evidence: [] };
      const next = nextRun(history);
      const evidence = next?.events.slice(-1).map((event) => event.i) ?? [];
      const isBlocked = !isTerminal(job.status);
      const cause = isBlocked ? { consequenceOf: 'job_outcome' } : {};
      if (next === undefined) {
        const wait = history.latest('wait', (event) => event.name === NEXT_RUN_WAIT);
        if (wait === undefined)
          return { verdict: 'unknown', summary: 'The next scheduled run was not waited for.', evidence, ...cause };
        return {
          verdict: 'fail',
          summary: `No scheduled run was started: ${wait.lastState}.`,
          evidence: [wait.i],
          ...cause,
        };
      }
      const how = `Job ${next.jobId} (${next.trigger === 'schedule' ? 'scheduled' : next.trigger}) ${next.status} after ${count(next.attempts.length, 'attempt')}`;
      if (!isTerminal(next.status))
        return { verdict: 'unknown', summary: `${how}; it was not over when the run ended.`, evidence, ...cause };
      if (next.status !== 'succeeded' || next.attempts.length > 1)
        return { verdict: 'fail', summary: `${how}.`, evidence, ...cause };
      const outcome = outcomeOf(history, next);
      if (outcome !== 'succeeded') return { verdict: 'fail', summary: `${how}, but it is ${outcome}.`, evidence };
      const attempt = next.attempts[0];
      if (attempt?.status !== 'succeeded') {
        const seen = attempt === undefined ? 'no attempt of it was seen' : `its attempt is called ${attempt.status}`;
        return { verdict: 'unknown', summary: `${how}, but ${seen}.`, evidence };
      }
      if (next.trigger === 'unknown')
        return { verdict: 'unknown', summary: `${how}, and nothing tells whether its schedule started it.`, evidence };
      if (next.trigger === 'manual')
        return { verdict: 'fail', summary: `${how}, but it was not the schedule that started it.`, evidence };
      return { verdict: 'pass', summary: `${how}.`, evidence };
    },
  };
}
