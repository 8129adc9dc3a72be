import { databaseClock } from '../core/derive/database-clock.ts';
import { injectionTime } from '../core/derive/fault-time.ts';
import { claimedSpans, continuedInstances, heldSpans, scheduledJobs } from '../core/derive/leadership.ts';
import { formatMillis } from '../core/duration.ts';
import type { History } from '../core/history.ts';
import type { Check } from '../core/scenario.ts';
import { count } from './words.ts';

/** Each is asked ten times a second and its word written down once a second; a busy machine may be slower. Milliseconds. */
const SILENT_MS = 5000;

/** Something that shows two leaders, in words. */
interface Finding {
  readonly text: string;
  readonly evidence: readonly number[];
}

/** What shows that more than one instance led, or that one acted without the lease. Only what is certain, bounds included. */
export function leaderConflicts(history: History): Finding[] {
  return [
    ...overlappingTerms(history),
    ...untrueHistory(history),
    ...twoClaims(history),
    ...dispatchedWithout(history),
  ];
}

/**
 * At any time one leader. Four witnesses, none of them believed alone: the lease history that the schedulers wrote, the lease as
 * it was seen during the run, what each instance believed of itself, and the instance that the database noted for each job.
 */
export function oneLeader(): Check {
  return {
    id: 'one_leader',
    title: 'At any time one leader',
    failure: 'Two led at a time, or one that was no longer leader acted',
    judge(history) {
      const injected = injectionTime(history);
      if (injected === undefined) return { verdict: 'unknown', summary: 'No fault was injected.', evidence: [] };
      const conflicts = leaderConflicts(history);
      if (conflicts.length > 0) {
        const [first, ...others] = conflicts.map(({ text }) => text);
        const more =
          others.length === 0
            ? ''
            : ` ${others.slice(0, 3).join('. ')}${others.length > 3 ? `; and ${others.length - 3} more` : ''}.`;
        return {
          verdict: 'fail',
          summary: `${first}.${more}`,
          evidence: [...new Set(conflicts.flatMap(({ evidence }) => evidence))],
        };
      }
      const read = history.latest('lease.history');
      const evidence = [...history.all('leader').map(({ i }) => i), ...(read === undefined ? [] : [read.i])];
      const lacking = unseen(history);
      if (lacking !== undefined) return { verdict: 'unknown', summary: lacking, evidence };
      const jobs = scheduledJobs(history);
      return {
        verdict: 'pass',
        summary: `${describeTerms(history)}. ${count(jobs.length, 'scheduled job')}, each made by the holder of the lease; never did two believe to lead.${describeContinued(history)}`,
        evidence,
      };
    },
  };
}

/** What had to be seen and was not. */
function unseen(history: History): string | undefined {
  if (history.latest('lease.history') === undefined) return 'The lease history was not read.';
  if (history.all('leader').length === 0) return 'Nobody was seen to hold the lease.';
  if (history.all('leader.claim').length === 0) return 'No instance said whether it believes to lead.';
  const unasked = unaskedInstances(history);
  if (unasked.length > 0)
    return `Nobody asked ${unasked.join(' and ')} to the end whether it believes to lead, so two may have believed it.`;
  const silent = continuedInstances(history).find(({ words }) => words.length === 0);
  if (silent !== undefined)
    return `${silent.instance} went on, and its process was never seen to say whether it leads.`;
  const jobs = scheduledJobs(history);
  if (jobs.length === 0) return 'No scheduled job was seen, so nobody was put to the test.';
  const nameless = jobs.filter(({ events }) => events[0]?.createdBy === undefined);
  if (nameless.length > 0)
    return `The stack does not tell which instance made ${count(nameless.length, 'scheduled job')}.`;
  return undefined;
}

/** Instances that ran when the recovery was over, or were seen to lead since the fault, and did not say afterwards whether they believe to lead. */
function unaskedInstances(history: History): string[] {
  const verified = history.latest('phase', ({ name }) => name === 'verification')?.t ?? history.endMs;
  const { component } = history.latest('lease.history') ?? {};
  const told = history.all('component').filter((event) => event.component === component && event.t <= verified);
  const running = [...new Map(told.map((event) => [event.instance, event])).values()].filter(({ ready }) => ready);
  const lastWord = new Map(history.all('leader.claim').map(({ instance, end }) => [instance, end]));
  return running
    .map(({ instance }) => instance)
    .filter((name) => (lastWord.get(name) ?? -Infinity) < verified - SILENT_MS);
}

/** Terms of the lease history that overlap, by the one clock that wrote them. */
function overlappingTerms(history: History): Finding[] {
  const read = history.latest('lease.history');
  if (read === undefined) return [];
  const terms = read.terms.toSorted((a, b) => a.acquiredEpochMs - b.acquiredEpochMs);
  return terms.flatMap((term, index) => {
    const next = terms[index + 1];
    if (next === undefined || (term.releasedEpochMs !== null && term.releasedEpochMs <= next.acquiredEpochMs))
      return [];
    const text = `By the lease history term ${term.term} of ${term.holder} was not over when term ${next.term} of ${next.holder} began`;
    return [{ text, evidence: [read.i] }];
  });
}

/** A term that was seen during the run must be in the history, with the same holder, and not from a later time. */
function untrueHistory(history: History): Finding[] {
  const read = history.latest('lease.history');
  const clock = databaseClock(history);
  if (read === undefined) return [];
  return heldSpans(history).flatMap(({ holder, term, event }) => {
    if (holder === undefined || term === undefined) return [];
    const written = read.terms.find((candidate) => candidate.term === term);
    const began = written && clock?.toRun(written.acquiredEpochMs).low;
    if (written?.holder === holder && (began === undefined || began <= event.end)) return [];
    const instead = written === undefined ? 'leaves it out' : `says ${written.holder}, from another time`;
    return [
      {
        text: `${holder} was seen to lead in term ${term}, and the lease history ${instead}`,
        evidence: [event.i, read.i],
      },
    ];
  });
}

/** Two instances that both certainly believed to lead, at the same time. */
function twoClaims(history: History): Finding[] {
  const spans = claimedSpans(history).toSorted((a, b) => a.from - b.from);
  const overlaps = spans.flatMap((one, index) =>
    spans.slice(index + 1).flatMap((other) => {
      const forMs = Math.min(one.to, other.to) - other.from;
      return one.instance === other.instance || forMs <= 0 ? [] : [{ one, other, forMs }];
    }),
  );
  const byPair = Map.groupBy(overlaps, ({ one, other }) => [one.instance, other.instance].toSorted().join(' and '));
  return [...byPair].map(([pair, found]) => {
    const forMs = found.reduce((sum, overlap) => sum + overlap.forMs, 0);
    return {
      text: `${pair} both believed to lead, for at least ${formatMillis(forMs)}`,
      evidence: found.slice(0, 2).flatMap(({ one, other }) => [...one.evidence, ...other.evidence]),
    };
  });
}

/** Scheduled jobs that an instance made while another one, or nobody, certainly held the lease. */
function dispatchedWithout(history: History): Finding[] {
  const spans = heldSpans(history);
  const wrong = scheduledJobs(history).flatMap((job) => {
    const event = job.events[0];
    const by = event?.createdBy;
    const span = spans.find(({ from, to }) => from <= job.created.low && job.created.high <= to);
    if (event === undefined || by === undefined || span === undefined || span.holder === by) return [];
    return [{ job, by, holder: span.holder ?? 'nobody', evidence: [span.event.i, event.i] }];
  });
  const byPair = Map.groupBy(wrong, ({ by, holder }) => `${by} while ${holder} held the lease`);
  return [...byPair].map(([who, found]) => ({
    text: `${count(found.length, 'scheduled job')} made by ${who} (job ${found.map(({ job }) => job.jobId).join(', ')})`,
    evidence: found.flatMap(({ evidence }) => evidence),
  }));
}

function describeTerms(history: History): string {
  const terms = history.latest('lease.history')?.terms ?? [];
  const last = terms
    .slice(-3)
    .map(({ term, holder, reason }) => `${term} ${holder}${reason === null ? '' : ` (${reason})`}`);
  return `${count(terms.length, 'term')}, one after the other: ${last.join(', ')}`;
}

/** What the leader did that was frozen past its lease and let go on. */
function describeContinued(history: History): string {
  const told = continuedInstances(history).map(({ instance, since }) => {
    const made = scheduledJobs(history).filter(
      ({ created, events }) => events[0]?.createdBy === instance && created.low >= since,
    );
    return ` ${instance}, let go on after its lease, said that it does not lead, and made ${count(made.length, 'job')}.`;
  });
  return told.join('');
}
