import type { History } from '../core/history.ts';
import type { CheckResult } from '../core/journal.ts';
import type { Check } from '../core/scenario.ts';
import { combineVerdicts } from '../core/verdict.ts';
import { injectionTime } from '../core/derive/fault-time.ts';
import { jobsInFlight, observedJobs, subjectJobs, type ObservedJob } from '../core/derive/job-timeline.ts';
import { unreadSyncs } from '../core/derive/unread-syncs.ts';
import { outcomeOf } from './job-outcome.ts';
import { sentence } from '../core/sentence.ts';
import { count } from './words.ts';

/** A sync that has counted no record for so long does not move. */
const MOVES_WITHIN_MS = 120_000;

type Result = Pick<CheckResult, 'verdict' | 'summary'>;

export interface ClaimedSyncsOptions {
  /** False where what fails is needed by no sync: then it is no shortcoming of the run that none was in flight. */
  readonly isRequired: boolean;
}

/**
 * The syncs that were in flight ended well, where nobody can read their destinations: what Airbyte counted is held against what it says. A status alone is not
 * believed (facts: airbyte.md, fact 5: `succeeded` without failure and without counts).
 */
export function claimedSyncs({ isRequired }: ClaimedSyncsOptions): Check {
  return {
    id: 'job_outcome',
    title: 'Every sync in flight ended well, by Airbyte’s own count',
    failure: 'A sync in flight did not end well, by Airbyte’s own count',
    judge(history) {
      const injected = injectionTime(history);
      if (injected === undefined) return { verdict: 'unknown', summary: 'No fault was injected.', evidence: [] };
      const jobs = jobsInFlight(observedJobs(history), injected.at);
      const unread = unreadSyncs(history);
      if (jobs.length === 0 && unread !== undefined)
        return { verdict: 'unknown', summary: unread.text, evidence: [unread.i] };
      if (jobs.length === 0) {
        return {
          verdict: isRequired ? 'unknown' : 'pass',
          summary: isRequired
            ? 'No sync was in flight at the fault, so none was put to the test: run it while one runs, or name or let it make a connection (traffic.connection, traffic.own).'
            : 'No sync was in flight at the fault; this run says nothing of syncs.',
          evidence: [injected.event.i],
        };
      }
      // What was interrupted, or did not end well, is told before those that nothing happened to.
      const byTrouble = jobs.toSorted((a, b) => b.attempts.length - a.attempts.length);
      const results = byTrouble
        .map((job) => judgeJob(history, job))
        .toSorted((a, b) => Number(a.verdict === 'pass') - Number(b.verdict === 'pass'));
      return {
        verdict: combineVerdicts(results.map(({ verdict }) => verdict)),
        summary: results.map(({ summary }) => summary).join(' '),
        evidence: jobs.flatMap((job) => job.events.slice(-1).map((event) => event.i)),
      };
    },
  };
}

/** A sync that was made after the recovery ended well, by the same judgement. Every one before the first that did is judged too. */
export function newClaimedSync(): Check {
  return {
    id: 'job_outcome',
    title: 'A new sync ended well on the recovered site, by Airbyte’s own count',
    failure: 'A new sync did not end well on the recovered site, by Airbyte’s own count',
    judge(history) {
      const connection = history.first('connection', ({ role }) => role === 'subject');
      if (connection === undefined)
        return { verdict: 'unknown', summary: 'No sync was looked at after a recovery.', evidence: [] };
      const jobs = subjectJobs(history);
      if (jobs.length === 0) {
        const summary = 'No new sync was seen: let a run start one (traffic.startSync), or look longer.';
        return { verdict: 'unknown', summary, evidence: [connection.i] };
      }
      const results = jobs.map((job) => judgeJob(history, job));
      const first = results.findIndex(({ verdict }) => verdict === 'pass');
      const judged = first === -1 ? results : results.slice(0, first + 1);
      return {
        verdict: combineVerdicts(judged.map(({ verdict }) => verdict)),
        summary: judged.map(({ summary }) => summary).join(' '),
        evidence: jobs.slice(0, judged.length).flatMap((job) => job.events.slice(-1).map(({ i }) => i)),
      };
    },
  };
}

function judgeJob(history: History, job: ObservedJob): Result {
  const name = `Job ${job.jobId}`;
  const outcome = outcomeOf(history, job);
  const unread = history.latest('jobs.readable', ({ connectionId }) => connectionId === job.connectionId);
  if (unread?.readable === false && (outcome === 'hung' || outcome === 'not-finished'))
    return {
      verdict: 'unknown',
      summary: sentence(
        `${name} was still "${job.status}" when it was last seen; since then nobody could ask: ${unread.text ?? 'no reason given'}`,
      ),
    };
  switch (outcome) {
    case 'succeeded':
    case 'false-success':
      return judgeClaim(name, job, leavesRowsOut(history, job));
    case 'hung':
      return stillMoves(history, job)
        ? {
            verdict: 'unknown',
            summary: `${name} still moves records; its end was not waited for (--set syncWithinMinutes=…).`,
          }
        : { verdict: 'fail', summary: `${name} hangs: it is still "${job.status}".` };
    case 'lost':
      return { verdict: 'fail', summary: `${name} is lost: the API no longer knows it.` };
    case 'cancelled':
      return { verdict: 'fail', summary: `${name} was cancelled.` };
    case 'failed': {
      const attempts = count(job.attempts.length, 'attempt');
      const why = job.attempts.at(-1)?.failure ?? 'no reason given';
      return { verdict: 'fail', summary: sentence(`${name} failed after ${attempts}: ${why}`) };
    }
    case 'not-finished':
      return { verdict: 'unknown', summary: `${name} was still "${job.status}" when the run ended.` };
    default:
      return outcome satisfies never;
  }
}

/** Records were counted in the last minutes that had not been counted at the fault: a long sync is no hung one. */
function stillMoves(history: History, job: ObservedJob): boolean {
  const faultAt = injectionTime(history)?.at.high ?? Infinity;
  const counts = job.events.map((event) => ({ at: event.end, read: mostRead([event]) }));
  const before = Math.max(0, ...counts.filter(({ at }) => at <= faultAt).map(({ read }) => read));
  const last = counts.findLast(({ read }, index) => read > (counts[index - 1]?.read ?? 0));
  return last !== undefined && last.read > before && history.endMs - last.at < MOVES_WITHIN_MS;
}

function mostRead(events: ObservedJob['events']): number {
  return Math.max(0, ...events.flatMap(({ attempts }) => attempts.map(({ recordsEmitted = 0 }) => recordsEmitted)));
}

/** `succeeded`, held against the attempt that says so, its counts, and what the job had counted before. */
function judgeClaim(name: string, job: ObservedJob, isFiltered: boolean): Result {
  const last = job.attempts.at(-1);
  const emitted = last?.recordsEmitted;
  const committed = last?.recordsCommitted;
  const rejected = last?.recordsRejected ?? 0;
  const attempts = count(job.attempts.length, 'attempt');
  const claims = `${name} is called succeeded after ${attempts}`;
  const most = mostRead(job.events);
  const asFalse = (why: string): Result => ({ verdict: 'fail', summary: `${claims}, ${why}: a false success.` });
  const notKnown = (why: string): Result => ({ verdict: 'unknown', summary: `${claims}, ${why}.` });
  if (last?.status === 'failed') return asFalse('and its last attempt failed');
  const open = job.attempts.find(({ status }) => status === 'running');
  if (open !== undefined)
    return notKnown(`and attempt ${open.number + 1} is still called running: it may go on writing`);
  if (emitted === undefined || committed === undefined) {
    return most > 0
      ? asFalse(`with no count of records, where ${most} had been read`)
      : notKnown('and Airbyte gives no count of its records: a status alone proves nothing');
  }
  if (committed + rejected < emitted) {
    const short = `with ${committed} of ${emitted} records committed`;
    return isFiltered
      ? notKnown(`${short}, and a mapper of its connection leaves rows out: how many is not told`)
      : asFalse(rejected === 0 ? short : `${short} and ${rejected} rejected`);
  }
  const before = job.attempts.slice(0, -1).reduce((all, { recordsCommitted = 0 }) => all + recordsCommitted, 0);
  if (committed + before === 0 && most > 0)
    return asFalse(`and none of the ${most} records that had been read is committed`);
  const owed = owedBefore(job);
  if (emitted === 0 && owed > 0)
    return asFalse(`and none of the ${owed} records that the attempt before had read and not committed was read again`);
  if (emitted < owed)
    return notKnown(
      `with ${emitted} records read, where the attempt before had left ${owed} that were read and not committed`,
    );
  if (committed + before === 0)
    return notKnown('and moved no record: that there was nothing to move, and a false success, look the same');
  return {
    verdict: 'pass',
    summary: `${name} succeeded after ${attempts}, with ${committed + before} records committed by Airbyte’s own count${rejected === 0 ? '' : `, and ${rejected} were rejected by the destination`}; its destination was not read.`,
  };
}

function leavesRowsOut(history: History, { connectionId }: ObservedJob): boolean {
  return history.first('connection', (one) => one.connectionId === connectionId)?.leavesRowsOut === true;
}

/** What the attempt before the last had read and not committed: it is read again, from the last state that was committed (facts: airbyte.md §3.6). */
function owedBefore({ attempts }: ObservedJob): number {
  const before = attempts.at(-2);
  if (before?.recordsEmitted === undefined || before.recordsCommitted === undefined) return 0;
  return Math.max(0, before.recordsEmitted - before.recordsCommitted - (before.recordsRejected ?? 0));
}
