import { causeOfShortRestore } from '../core/derive/archive.ts';
import { failedStep, followedSteps } from '../core/derive/runbook.ts';
import { deadSiteJobs } from '../core/derive/snapshots.ts';
import { isTerminal } from '../core/derive/job-timeline.ts';
import { formatMillis } from '../core/duration.ts';
import type { History } from '../core/history.ts';
import type { Check } from '../core/scenario.ts';
import { count } from './words.ts';

const ID = 'runbook_steps';

/** Every step of the recovery runbook was carried out, looked at and found to be done. */
export function runbookSteps(): Check {
  return {
    id: ID,
    title: 'Every step of the recovery runbook was done',
    failure: 'Not every step of the recovery runbook was done',
    judge(history) {
      const steps = followedSteps(history);
      const done = steps.filter(({ executed }) => executed?.ok === true);
      const evidence = steps.flatMap(({ executed }) => executed?.i ?? []);
      if (steps.length === 0) return { verdict: 'unknown', summary: 'No runbook was followed.', evidence };
      const failed = failedStep(history);
      if (failed !== undefined) {
        const number = steps.findIndex(({ id }) => id === failed.step) + 1;
        const summary = `Step ${number} of ${steps.length}, "${failed.title}", was not done: ${failed.details}.`;
        const cause = causeOf(history, failed.step);
        return { verdict: 'fail', summary, evidence, ...(cause === undefined ? {} : { consequenceOf: cause }) };
      }
      if (done.length < steps.length) {
        const next = steps.find(({ executed }) => executed === undefined);
        return { verdict: 'unknown', summary: `The run ended before step "${next?.title ?? '?'}".`, evidence };
      }
      const [longest] = done.toSorted((a, b) => duration(b) - duration(a));
      const longestText =
        longest === undefined ? '' : `, the longest "${longest.title}" with ${formatMillis(duration(longest))}`;
      return { verdict: 'pass', summary: `All ${count(steps.length, 'step')} were done${longestText}.`, evidence };
    },
  };
}

/** The same check, which follows from the runbook where it cannot pass because the runbook stopped. */
export function afterRunbook(check: Check): Check {
  return {
    ...check,
    judge(history) {
      const result = check.judge(history);
      const isOwn = result.verdict === 'pass' || failedStep(history) === undefined;
      return isOwn ? result : { ...result, consequenceOf: ID };
    },
  };
}

function causeOf(history: History, step: string): string | undefined {
  const isOpen = deadSiteJobs(history)?.some(({ status }) => status !== undefined && !isTerminal(status));
  if (step === 'jobs' && isOpen === true) return 'jobs_reconciled';
  return causeOfShortRestore(history);
}

function duration({ executed }: ReturnType<typeof followedSteps>[number]): number {
  return executed === undefined ? 0 : executed.end - executed.start;
}
