/** Schedules, and who may dispatch them. */
import { z } from 'zod';
import { changed, ms, observed } from '../event-fields.ts';

/** A schedule that the harness gave a connection, between `start` and `end`: fires before that never existed. */
export const scheduleSet = z.object({
  type: z.literal('schedule.set'),
  connectionId: z.string(),
  rule: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('interval'), everyMs: ms }),
    z.object({ kind: z.literal('cron'), expression: z.string(), timeZone: z.string() }),
  ]),
  ...observed,
});
/** A good look at the jobs of a connection: until `start` no job of it was overlooked. */
export const scheduleWatched = z.object({ type: z.literal('schedule.watched'), connectionId: z.string(), ...observed });
/** What the database's clock said: it, not the harness's, decides when a cron schedule fires. */
export const clockRead = z.object({
  type: z.literal('clock.read'),
  /** Milliseconds since 1970, with the fraction. */
  epochMs: ms,
  ...observed,
});
/** Whether an instance itself believes that it leads, each time that changes, after each gap, and once a second. */
export const leaderClaim = z.object({
  type: z.literal('leader.claim'),
  component: z.string(),
  instance: z.string(),
  claims: z.boolean(),
  /** The term in which it believes to lead. */
  term: z.string().optional(),
  ...changed,
});
/** The lease history as the database held it. `releasedEpochMs` is null for the term that lasts. */
export const leaseHistory = z.object({
  type: z.literal('lease.history'),
  component: z.string(),
  terms: z.array(
    z.object({
      term: z.string(),
      holder: z.string(),
      acquiredEpochMs: ms,
      releasedEpochMs: ms.nullable(),
      reason: z.string().nullable(),
    }),
  ),
  ...observed,
});
