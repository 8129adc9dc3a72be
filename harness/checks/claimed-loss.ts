import { injectionTime } from '../core/derive/fault-time.ts';
import { isTerminal } from '../core/derive/job-timeline.ts';
import { deadSiteJobs, jobKey, type Snapshot } from '../core/derive/snapshots.ts';
import { formatMillis } from '../core/duration.ts';
import type { Objective } from '../core/events.ts';
import type { History } from '../core/history.ts';
import type { Check } from '../core/scenario.ts';
import { byLooks, type Judged, type Looks } from './two-looks.ts';
import { count, nameSome } from './words.ts';

/** Airbyte tells whole seconds. */
const RESOLUTION_MS = 1000;

/** Something that was there before and is not afterwards, or not as it was; `existedSince` in milliseconds of the server's clock. */
interface Loss {
  readonly what: string;
  /** At the latest since then; undefined where nothing tells. */
  readonly existedSince: number | undefined;
}

/**
 * Everything that the API showed before the fault is there after the recovery: connections, whether they are on and how they are scheduled, jobs, and how finished jobs ended. What is lost is held against the
 * recovery point objective by how long it had been there. No ledger is read: of what the API did not show nothing is concluded.
 */
export function claimedLoss(): Check {
  return {
    id: 'claimed_loss',
    title: 'Nothing that the API showed before is lost',
    failure: 'Something that the API showed before is lost',
    judge: byLooks((history, looks) => {
      const unread = looks.recovered.gaps ?? [];
      if (unread.length > 0) {
        return { verdict: 'unknown', summary: `Not all could be read after the recovery: ${unread.join('; ')}.` };
      }
      const losses = lossesOf(looks);
      return losses.length > 0 ? judgeLosses(history, looks.last, losses) : judgeNoLoss(history, looks);
    }),
  };
}

/** Whether the syncs that the site died with have an end: one that stays open blocks its connection. */
export function openSyncs(): Check {
  return {
    id: 'open_syncs',
    title: 'Syncs that were in flight have an end',
    failure: 'Syncs that were in flight have no end',
    judge: byLooks((history, { last, recovered }) => {
      const jobs = deadSiteJobs(history);
      if (jobs === undefined) return { verdict: 'unknown', summary: 'No fault was injected.' };
      const gaps = [...(last.gaps ?? []), ...(recovered.gaps ?? [])];
      if (jobs.length === 0 && gaps.length > 0)
        return { verdict: 'unknown', summary: `Whether any was in flight cannot be told: ${nameSome(gaps, '; ')}.` };
      if (jobs.length === 0) return { verdict: 'pass', summary: 'None was in flight.' };
      const open = jobs.filter(({ status }) => status !== undefined && !isTerminal(status));
      if (open.length > 0) {
        const names = nameSome(open.map(({ jobId, status }) => `job ${jobId} (${status ?? '?'})`));
        const summary = `Still open when the run ended: ${names}. Whether anything works on ${open.length === 1 ? 'it' : 'them'} cannot be told from outside; where nothing does, cancel and sync.`;
        return { verdict: 'unknown', summary };
      }
      // It died with the site: a success that nobody counted may be one of the false ones (facts: airbyte.md, fact 5).
      const claimed = jobs.filter(({ status }) => status === 'succeeded');
      if (claimed.length > 0) {
        const names = nameSome(claimed.map(({ jobId }) => `job ${jobId}`));
        const summary = `In flight when the site was lost, and called succeeded afterwards: ${names}. Its records were not counted, and a status alone proves nothing.`;
        return { verdict: 'unknown', summary };
      }
      const ends = jobs.map(({ jobId, status }) => `job ${jobId} ${status ?? 'is not known any more'}`);
      return { verdict: 'pass', summary: `${nameSome(ends)}.` };
    }),
  };
}

function lossesOf({ last, recovered }: Looks): readonly Loss[] {
  const connections = new Map(recovered.items.map((item) => [item.id, item]));
  const jobs = new Map(recovered.jobs.map((job) => [jobKey(job), job]));
  const oldest = new Map<string, number>();
  for (const { connectionId, createdAtEpochSeconds: at } of last.jobs) {
    oldest.set(connectionId, Math.min(at, oldest.get(connectionId) ?? Infinity));
  }
  return [
    ...last.items
      .filter(({ id }) => !connections.has(id))
      .map(({ id, name }) => ({ what: `connection "${name}"`, existedSince: sinceSecond(oldest.get(id)) })),
    ...last.items.flatMap(({ id, name, digest }): readonly Loss[] => {
      const found = connections.get(id);
      if (found === undefined || found.digest === digest) return [];
      return [{ what: `how connection "${name}" was set (${digest}; now ${found.digest})`, existedSince: undefined }];
    }),
    ...last.jobs.flatMap((job): readonly Loss[] => {
      const found = jobs.get(jobKey(job));
      if (found === undefined) {
        return [{ what: `job ${job.jobId} (${job.status})`, existedSince: sinceSecond(job.createdAtEpochSeconds) }];
      }
      if (!isTerminal(job.status) || found.status === job.status) return [];
      const what = `the end of job ${job.jobId} (${job.status}, now ${found.status})`;
      return [{ what, existedSince: sinceSecond(job.updatedAtEpochSeconds) }];
    }),
  ];
}

/** What is told in whole seconds may have been up to one second later. */
function sinceSecond(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000 + RESOLUTION_MS;
}

function judgeLosses(history: History, last: Snapshot, losses: readonly Loss[]): Judged {
  const what = `${count(losses.length, 'thing')} lost: ${nameSome(losses.map((loss) => loss.what))}`;
  const limitMs = allowedMs(history.first('run.started')?.objective);
  if (limitMs === 0) return { verdict: 'fail', summary: `${what}; the objective allows no loss.` };
  const ages = losses.flatMap(({ existedSince }) => ageAtFault(history, last, existedSince) ?? []);
  const oldest = Math.max(-Infinity, ...ages);
  if (limitMs !== undefined && oldest > limitMs) {
    const summary = `${what}; what was lost had been there for at least ${formatMillis(oldest)}, and the objective is ${formatMillis(limitMs)}.`;
    return { verdict: 'fail', summary };
  }
  const why =
    limitMs === undefined
      ? 'the objective counts writes, and no ledger was read'
      : ages.length === 0
        ? 'since when it had been there cannot be told'
        : `it had been there for at least ${formatMillis(Math.max(0, oldest))} of the ${formatMillis(limitMs)} that the objective allows, and what else was lost was not counted`;
  return { verdict: 'unknown', summary: `${what}; ${why}.` };
}

/** The recovery point that is allowed, in milliseconds; undefined where it is counted in writes. */
function allowedMs(objective: Objective | undefined): number | undefined {
  if (objective?.recoveryPointSeconds !== undefined) return objective.recoveryPointSeconds * 1000;
  return (objective?.lostWrites ?? 0) === 0 ? 0 : undefined;
}

/** The least age at the fault, by the server's own clock: undefined where it told none. */
function ageAtFault(history: History, last: Snapshot, since: number | undefined): number | undefined {
  const faultAt = injectionTime(history)?.at.low;
  if (since === undefined || faultAt === undefined || last.serverEpochMs === undefined) return undefined;
  return last.serverEpochMs + (faultAt - last.end) - since;
}

function judgeNoLoss(history: History, { last }: Looks): Judged {
  const unread = last.gaps ?? [];
  if (unread.length > 0) {
    return { verdict: 'unknown', summary: `Not all could be read before the fault: ${unread.join('; ')}.` };
  }
  if (last.items.length + last.jobs.length === 0) {
    return { verdict: 'unknown', summary: 'There was nothing before the fault, so nothing could be missed.' };
  }
  const newest = Math.max(-Infinity, ...last.jobs.map(({ createdAtEpochSeconds }) => createdAtEpochSeconds * 1000));
  const age = Number.isFinite(newest) ? ageAtFault(history, last, newest) : undefined;
  const until = age === undefined ? '' : ` The newest job was made ${formatMillis(Math.max(0, age))} before the fault.`;
  return {
    verdict: 'pass',
    summary: `${count(last.items.length, 'connection')} and ${count(last.jobs.length, 'job')} are there as they were, by what Airbyte says.${until} No ledger was read: of writes that it does not show nothing is known.`,
  };
}
