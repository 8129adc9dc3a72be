import type { JournalJob, Trial } from '../../core/journal.ts';
import type { Verdict } from '../../core/verdict.ts';
import { formatBounds, formatCount, formatMany, formatSeconds, type MeasuredSeconds } from '../measurement.ts';
import { dataTable } from './data-table.ts';
import { markup, type Markup, type MarkupValue } from './markup.ts';
import { schedulesTable } from './schedules-table.ts';
import { verdictBadge } from './verdict-badge.ts';

/** What happened to the jobs: every attempt, and each wait against the retry policy. */
export function jobsSection(trial: Trial): Markup {
  const inFlightFirst = trial.jobs
    .filter((job) => !isOneOfMany(job))
    .toSorted((a, b) => Number(b.wasInFlight) - Number(a.wasInFlight));
  return markup`<section class="part" id="jobs-${trial.trial}" aria-label="What happened to the jobs"><h2>What happened to the jobs</h2>
${schedulesTable(trial)}${inFlightFirst.map((job) => jobBlock(job, trial.faultAtSeconds, isAsExpected(trial, job)))}${manyJobs(trial)}
${trial.jobs.length === 0 && markup`<p class="muted">No job was seen in this trial.</p>`}
</section>`;
}

/** Scheduled syncs in the background are many; one line is enough for those that ended well. */
function isOneOfMany(job: JournalJob): boolean {
  return job.role === 'background' && job.outcome === 'succeeded';
}

function manyJobs(trial: Trial): MarkupValue {
  const jobs = trial.jobs.filter(isOneOfMany);
  if (jobs.length === 0) return null;
  const columns = [
    { title: 'Job' },
    { title: 'Connection' },
    { title: trial.faultAtSeconds === null ? 'Started' : 'Started, from fault', isNumber: true },
    { title: 'Attempts', isNumber: true },
    { title: 'Ended as', isWord: true },
  ];
  const rows = jobs.map((job) => ({
    cells: [
      job.jobId,
      job.connectionName,
      moment(job.attempts[0]?.startedSeconds ?? null, trial.faultAtSeconds),
      String(job.attempts.length),
      OUTCOME_WORDS[job.outcome],
    ],
  }));
  return markup`<h3>Jobs in the background</h3>
<p>${verdictBadge('pass', OUTCOME_WORDS.succeeded)} ${formatMany(jobs.length, 'job')} of scheduled syncs that run beside the one that is followed.</p>
${dataTable('Jobs in the background', columns, rows)}`;
}

/** A failure is what a scenario can be after: the check of the outcome says so, not the outcome. */
function isAsExpected(trial: Trial, job: JournalJob): boolean {
  return job.wasInFlight && trial.checks.some(({ id, verdict }) => id === 'job_outcome' && verdict === 'pass');
}

function jobBlock(job: JournalJob, faultAt: number | null, asExpected: boolean): Markup {
  const columns = [
    { title: 'Attempt' },
    { title: 'Ended as', isWord: true },
    { title: faultAt === null ? 'Started' : 'Started, from fault', isNumber: true },
    { title: faultAt === null ? 'Ended' : 'Ended, from fault', isNumber: true },
    { title: 'Waited before', isNumber: true },
    { title: 'Policy', isNumber: true },
    { title: 'Records committed', isNumber: true },
    { title: 'Failure' },
  ];
  const rows = job.attempts.map((attempt) => ({
    cells: [
      String(attempt.number + 1),
      attempt.status,
      moment(attempt.startedSeconds, faultAt),
      moment(attempt.endedSeconds, faultAt),
      attempt.waitedSeconds === null ? '–' : span(attempt.waitedSeconds),
      attempt.policyWaitSeconds === null ? '–' : formatSeconds(attempt.policyWaitSeconds),
      attempt.recordsCommitted === null ? '–' : formatCount(attempt.recordsCommitted),
      attempt.failure ?? '–',
    ],
  }));
  const inFlight = job.wasInFlight ? 'in flight at the fault' : 'not in flight at the fault';
  return markup`<h3>Job ${job.jobId}: ${job.connectionName}</h3>
<p>${verdictBadge(judge(job, asExpected), OUTCOME_WORDS[job.outcome])} ${formatMany(job.attempts.length, 'attempt')}, ${inFlight}, started by ${job.trigger === 'schedule' ? 'its schedule' : job.trigger === 'manual' ? 'hand' : 'something unknown'}. The API claims: ${job.claimed}.${job.role === 'broken' && ' Its source fails on purpose, to prove the alert.'}</p>
${responseLine(job)}
${rows.length > 0 && dataTable(`Attempts of job ${job.jobId}`, columns, rows)}`;
}

/** Time to detect, to act and to finish; nothing for a job that was not in flight, or in an older journal. */
function responseLine(job: JournalJob): Markup | null {
  const { detectSeconds, actSeconds, finishSeconds, alertSeconds } = job;
  if (finishSeconds === undefined) return null;
  const finish =
    finishSeconds.best === null
      ? markup`not over ${formatSeconds(finishSeconds.low)} after the fault`
      : markup`${span(finishSeconds)} after the fault`;
  return markup`<p>Detected: ${detectSeconds === undefined ? 'no attempt was given up' : markup`${span(detectSeconds)} after the fault`}. Acted: ${actSeconds === undefined ? 'no further attempt' : markup`next attempt ${span(actSeconds)} later`}. Finished: ${finish}.${alertSeconds !== undefined && markup` Alert: ${span(alertSeconds)} after its failure.`}</p>`;
}

const OUTCOME_WORDS: Readonly<Record<JournalJob['outcome'], string>> = {
  succeeded: 'Succeeded',
  failed: 'Failed',
  hung: 'Hung',
  cancelled: 'Cancelled',
  lost: 'Lost',
  'false-success': 'Reported succeeded without its records',
  'not-finished': 'Not finished',
};

/** How the outcome is drawn; the checks decide, this only picks the icon. */
function judge(job: JournalJob, asExpected: boolean): Verdict {
  switch (job.outcome) {
    case 'succeeded':
      return 'pass';
    case 'failed':
      return job.role === 'broken' || asExpected ? 'pass' : 'fail';
    case 'hung':
    case 'lost':
    case 'false-success':
      return 'fail';
    case 'cancelled':
    case 'not-finished':
      return 'unknown';
    default:
      return job.outcome satisfies never;
  }
}

function moment(seconds: MeasuredSeconds | null, faultAt: number | null): MarkupValue {
  if (seconds === null) return '–';
  if (seconds.best === null) return 'not seen';
  const since = seconds.best - (faultAt ?? 0);
  const sign = faultAt === null ? '' : since >= 0 ? '+' : '−';
  return markup`${sign}${formatSeconds(Math.abs(since))} <span class="muted">${formatBounds(seconds)}</span>`;
}

function span(seconds: MeasuredSeconds): MarkupValue {
  if (seconds.best === null) return 'not seen';
  return markup`${formatSeconds(seconds.best)} <span class="muted">${formatBounds(seconds)}</span>`;
}
