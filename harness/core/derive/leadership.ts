import { between, type Bounds } from '../bounds.ts';
import type { EventOf } from '../events.ts';
import type { History } from '../history.ts';
import { effectTime, injectionTime } from './fault-time.ts';
import { incarnationOf } from './incarnations.ts';
import { observedJobs, type ObservedJob } from './job-timeline.ts';
import type { Seen } from './milestones/milestone-kind.ts';

const NOBODY = 'nobody';

/** A span of the run in which something certainly held: from the first look that showed it to the last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The lease was certainly held by `holder`, or by nobody. */
export interface HeldSpan extends Span {
  readonly holder: string | undefined;
  readonly term: string | undefined;
  readonly event: EventOf<'leader'>;
}

/** Who certainly held the lease when, by the looks of the run. The last span ends with the final read of the lease history. */
export function heldSpans(history: History): HeldSpan[] {
  const looks = history.all('leader');
  const lastRead = history.latest('lease.history');
  return looks.map((event, index) => ({
    holder: event.holder === NOBODY ? undefined : event.holder,
    term: event.term,
    event,
    from: event.end,
    to: looks[index + 1]?.previousStart ?? Math.max(event.end, lastRead?.start ?? event.end),
  }));
}

/** The spans in which an instance certainly believed that it leads. */
export function claimedSpans(history: History): (Span & { readonly instance: string; readonly evidence: number[] })[] {
  const byInstance = Map.groupBy(history.all('leader.claim'), (look) => look.instance);
  return [...byInstance].flatMap(([instance, looks]) =>
    looks.flatMap((look, index) => {
      const next = looks[index + 1];
      if (!look.claims) return [];
      // Without a next look nothing is known of the time after this one.
      return [{ instance, from: look.end, to: next?.previousStart ?? look.end, evidence: [look.i] }];
    }),
  );
}

/** The holder of the lease at the fault; undefined when nobody was seen to hold it. */
export function leaderAtFault(history: History): EventOf<'leader'> | undefined {
  const injected = history.first('fault.injected');
  const last = injected && history.latest('leader', (look) => look.end <= injected.start);
  return last?.holder === NOBODY ? undefined : last;
}

/** The lease of the leader at the fault was seen to be over: held by nobody, or by another term. */
export function leaseOver(history: History): Seen {
  const before = leaderAtFault(history);
  const over = before && looksAfter(history, before).find(({ holder, term }) => isOther(before, holder, term));
  return over && { at: between(over.previousStart, over.end), evidence: [over.i] };
}

/** A new term of office was seen: the lease was won between the look before and this one. */
export function leaderElected(history: History): Seen {
  const before = leaderAtFault(history);
  const won =
    before &&
    looksAfter(history, before).find(({ holder, term }) => holder !== NOBODY && isOther(before, holder, term));
  return won && { at: between(won.previousStart, won.end), evidence: [won.i] };
}

/**
 * The first scheduled job that only the new leader can have made. Neither the victim: a look at the jobs that began when it was
 * proven gone (or frozen) did not show it. Nor somebody before the new term: it was seen after the new term can have begun.
 */
export function firstDispatch(history: History): (NonNullable<Seen> & { readonly job: ObservedJob }) | undefined {
  const gone = effectTime(history);
  const elected = leaderElected(history);
  if (gone === undefined || elected === undefined) return undefined;
  const job = scheduledJobs(history)
    .filter(({ created }) => created.low >= gone.at.high && created.high >= elected.at.low)
    .toSorted((a, b) => a.created.high - b.created.high)[0];
  const event = job?.events[0];
  if (job === undefined || event === undefined) return undefined;
  const at = between(Math.max(job.created.low, elected.at.low), job.created.high);
  return { at, evidence: [...elected.evidence, event.i], job };
}

/** Jobs that the system started by itself. */
export function scheduledJobs(history: History): ObservedJob[] {
  return observedJobs(history).filter(({ trigger }) => trigger === 'schedule');
}

/**
 * Frozen instances that were let go on, with what the very process said after it: nothing while it has not spoken.
 * What a process says that replaced it is no word of the old leader.
 */
export function continuedInstances(
  history: History,
): { readonly instance: string; readonly since: number; readonly words: readonly EventOf<'leader.claim'>[] }[] {
  const frozen = history.all('fault.injected').filter(({ fault }) => fault === 'freeze-instance');
  return frozen.flatMap(({ fault, targets }) => {
    const undone = history.first('fault.undone', (event) => event.fault === fault && event.succeeded);
    if (undone === undefined) return [];
    return targets.map(({ instance, ...target }) => {
      const replaced = history.first(
        'component',
        (event) =>
          event.instance === instance &&
          event.t >= undone.t &&
          (event.state === 'exited' || incarnationOf(event) !== incarnationOf(target)),
      );
      const until = replaced?.t ?? Infinity;
      const words = history
        .all('leader.claim')
        .filter((look) => look.instance === instance && look.start >= undone.t && look.end < until);
      return { instance, since: undone.t, words };
    });
  });
}

/** Every instance that was let go on has said that it does not lead. */
export function stoodDown(history: History): Seen {
  const injected = injectionTime(history);
  const continued = continuedInstances(history);
  if (injected === undefined || continued.length === 0) return undefined;
  const words = continued.map((one) => one.words.find(({ claims }) => !claims));
  const last = words.toSorted((a, b) => (a?.end ?? Infinity) - (b?.end ?? Infinity)).at(-1);
  if (last === undefined || words.includes(undefined)) return undefined;
  return { at: latest(continued, last), evidence: [last.i] };
}

function latest(continued: ReturnType<typeof continuedInstances>, last: EventOf<'leader.claim'>): Bounds {
  const since = continued.reduce((most, one) => Math.max(most, one.since), 0);
  return between(Math.max(since, last.previousStart), last.end);
}

function looksAfter(history: History, before: EventOf<'leader'>): EventOf<'leader'>[] {
  return history.all('leader').filter((look) => look.i > before.i);
}

function isOther(before: EventOf<'leader'>, holder: string, term: string | undefined): boolean {
  return holder !== before.holder || term !== before.term;
}
