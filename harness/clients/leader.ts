import { z } from 'zod';
import { ChaosError, describeError } from '../core/errors.ts';
import type { SqlClient } from './sql.ts';

const term = z.union([z.int(), z.string()]).nullish();
const leaderReply = z.object({
  leader: z.string().nullable(),
  term,
  isLeader: z.boolean().optional(),
  ownTerm: term,
});

/** Who an instance says leads, and under which term of office. */
export interface LeaderView {
  readonly holder: string;
  readonly term?: string;
  /** Whether the instance itself believes that it leads, and in which term; undefined when it does not say. */
  readonly claims?: boolean;
  readonly ownTerm?: string;
}

/**
 * Asks one scheduler instance who leads.
 * @throws ChaosError `client` when it does not answer or its answer is not understood.
 */
export async function askForLeader(url: string, signal: AbortSignal): Promise<LeaderView> {
  try {
    const response = await fetch(`${url}/leader`, { signal: AbortSignal.any([signal, AbortSignal.timeout(1000)]) });
    const reply = leaderReply.parse(await response.json());
    return {
      holder: reply.leader ?? 'nobody',
      ...(reply.term == null ? {} : { term: String(reply.term) }),
      ...(reply.isLeader === undefined ? {} : { claims: reply.isLeader }),
      ...(reply.ownTerm == null ? {} : { ownTerm: String(reply.ownTerm) }),
    };
  } catch (error) {
    throw new ChaosError({
      code: 'client',
      message: `${url} did not say who leads: ${describeError(error)}.`,
      cause: error,
    });
  }
}

/** One term of the lease, by the database's clock, in milliseconds since 1970. */
export interface LeaseTerm {
  readonly term: string;
  readonly holder: string;
  readonly acquiredEpochMs: number;
  readonly releasedEpochMs: number | null;
  readonly reason: string | null;
}

const leaseRow = z.object({
  term: z.coerce.string(),
  holder: z.string(),
  acquired: z.coerce.number(),
  released: z.coerce.number().nullable(),
  release_reason: z.string().nullable(),
});

/**
 * Every term of the scheduler's lease, oldest first (`scheduler_lease_history`, fixtures/README.md).
 * @throws ChaosError `client` when the table cannot be read.
 */
export async function readLeaseHistory(sql: SqlClient): Promise<LeaseTerm[]> {
  const rows = await sql.query(
    `SELECT term, holder, extract(epoch FROM acquired_at) * 1000 AS acquired,
       extract(epoch FROM released_at) * 1000 AS released, release_reason
     FROM scheduler_lease_history ORDER BY scheduler_lease_history.term`,
  );
  return z
    .array(leaseRow)
    .parse(rows)
    .map((row) => ({
      term: row.term,
      holder: row.holder,
      acquiredEpochMs: row.acquired,
      releasedEpochMs: row.released,
      reason: row.release_reason,
    }));
}

/** The database's clock, in milliseconds since 1970. */
export async function readDatabaseClock(sql: SqlClient): Promise<number> {
  const rows = await sql.query('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now');
  return z.object({ now: z.coerce.number() }).parse(rows[0]).now;
}
