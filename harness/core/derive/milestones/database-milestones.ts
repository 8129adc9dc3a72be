import { between } from '../../bounds.ts';
import type { EventOf } from '../../events.ts';
import type { History } from '../../history.ts';
import { API_WRITES, DATABASE_WRITES } from '../../ledger-names.ts';
import { leaderKeyGone, promotion, redundancyRestored, type SeenAt } from '../database.ts';
import { allReconnected, reconnectionOf } from '../database-clients.ts';
import { lastEffect } from '../fault-time.ts';
import type { MilestoneKind, Seen } from './milestone-kind.ts';

/** Moments in the life of a highly available database and of those who work on it. */
export const DATABASE_MILESTONES = {
  'leader-key-gone': {
    title: 'The right to lead was given up or ran out',
    of: 'system',
    find: (history) => momentOf(leaderKeyGone(history)),
  },
  'primary-promoted': {
    title: 'New primary',
    of: 'system',
    find: (history) => momentOf(promotion(history)),
  },
  'first-sql-write': {
    title: 'First write acknowledged by the database',
    of: 'system',
    isToldAtOnce: true,
    find: (history) => firstWrite(history, DATABASE_WRITES),
  },
  'first-api-write': {
    title: 'First write acknowledged through the API',
    of: 'system',
    isToldAtOnce: true,
    find: (history) => firstWrite(history, API_WRITES),
  },
  'server-reconnected': {
    title: 'Server works on the database again',
    of: 'system',
    find: (history) => reconnectionOf(history, 'server')?.seen,
  },
  'scheduler-reconnected': {
    title: 'Scheduler works on the database again',
    of: 'system',
    find: (history) => reconnectionOf(history, 'scheduler')?.seen,
  },
  'worker-reconnected': {
    title: 'Worker works on the database again',
    of: 'system',
    find: (history) => reconnectionOf(history, 'worker')?.seen,
  },
  'services-reconnected': {
    title: 'Every component works on the database again',
    of: 'system',
    find: allReconnected,
  },
  'redundancy-restored': {
    title: 'Redundancy restored',
    of: 'system',
    find: (history) => momentOf(redundancyRestored(history)),
  },
} as const satisfies Record<string, MilestoneKind>;

function momentOf(seen: SeenAt | undefined): Seen {
  return seen && { at: seen.at, evidence: [seen.event.i] };
}

/**
 * The first write that was acknowledged after the database had been lost: by the new primary, or, where none was seen, by
 * whatever acknowledged a write that began after the fault had taken effect.
 */
function firstWrite(history: History, ledger: string): Seen {
  const effect = lastEffect(history)?.end ?? Infinity;
  const promoted = promotion(history)?.at.low ?? Infinity;
  const struck = history.latest('fault.injected')?.end ?? Infinity;
  // While nobody looked at the cluster the old primary may have gone on: what it acknowledged before its loss is no recovery.
  const taken = promoted >= struck ? promoted : Math.max(promoted, effect);
  const samples = history.all('sample').filter((sample) => sample.probe === ledger);
  const first = earliest(
    samples.filter(({ write, start, end }) => write?.outcome === 'acknowledged' && (start >= effect || end >= taken)),
  );
  if (first === undefined) return undefined;
  const lastBad = samples
    .filter((sample) => !sample.ok && sample.end <= first.end)
    .toSorted((a, b) => b.end - a.end)[0];
  return { at: between(notBefore(first, lastBad), first.end, first.end), evidence: [first.i] };
}

function earliest(samples: readonly EventOf<'sample'>[]): EventOf<'sample'> | undefined {
  return samples.toSorted((a, b) => a.end - b.end)[0];
}

/**
 * A write that hung was waiting for its acknowledgement until it was given up, so none could be had until then; one that was
 * refused says so only of the time from its start on.
 */
function notBefore(first: EventOf<'sample'>, lastBad: EventOf<'sample'> | undefined): number {
  if (lastBad === undefined) return first.start;
  return lastBad.hung === true ? lastBad.end : Math.min(lastBad.start, first.end);
}
