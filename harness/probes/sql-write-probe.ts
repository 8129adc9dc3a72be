import type { Clock, Millis } from '../core/clock.ts';
import type { SqlWriteProbe } from '../core/probe.ts';
import { isOwnShortage, timeoutNote, type OnOutcome, type ProbeClient, type ProbeOutcome } from './probe-client.ts';
import { prepareConnection, quoteTable, type SqlConnection } from './sql-connection.ts';
import { sqlNote, writeOutcomeAfterError } from './sql-write-outcome.ts';

/** A new session must be there within this time; a database that is up takes a few milliseconds. */
const CONNECT_TIMEOUT_MS = 500;
/**
 * Writes in flight at most. Hanging writes each hold a session, and PostgreSQL allows 100 by default: a probe must not
 * be what makes the database refuse its users.
 */
const MOST_IN_FLIGHT = 40;
const DROP_IDLE_AFTER_MS = 5000;

/** Where a write stands; only a write that was sent can have happened. */
type Stage = 'before-sending' | 'sent' | 'over';

interface IdleConnection {
  readonly connection: SqlConnection;
  readonly since: Millis;
}

/**
 * Writes one numbered row per sample, each on a session of its own, so that a slow commit delays no other. The table
 * has no unique key: a write that the system applied twice must be there twice to be seen.
 */
export function openSqlWriteProbe(spec: SqlWriteProbe, clock: Clock): ProbeClient {
  const table = quoteTable(spec.table);
  const createTable = `CREATE TABLE IF NOT EXISTS ${table} (seq bigint NOT NULL, written_at timestamptz NOT NULL DEFAULT clock_timestamp())`;
  const insertRow = `INSERT INTO ${table} (seq) VALUES ($1)`;
  const applicationName = `airbyte-chaos ${spec.name}`.slice(0, 63);
  let idle: IdleConnection[] = [];
  let creating: Promise<void> | undefined;
  let nextSeq = 1;
  let inFlight = 0;

  const takeIdle = (): SqlConnection | undefined => {
    const oldest = clock.now() - DROP_IDLE_AFTER_MS;
    for (const { connection, since } of idle) if (since < oldest) connection.drop();
    idle = idle.filter(({ connection }) => !connection.isBroken);
    return idle.pop()?.connection;
  };
  const create = async (connection: SqlConnection): Promise<void> => {
    try {
      await connection.client.query(createTable);
    } catch (error) {
      creating = undefined;
      throw error;
    }
  };
  /** Once per probe, by whichever write is the first to get through; the others wait for it. */
  const ensureTable = async (connection: SqlConnection): Promise<void> => {
    creating ??= create(connection);
    await creating;
  };

  return {
    begin(onOutcome) {
      const seq = nextSeq++;
      if (inFlight >= MOST_IN_FLIGHT) {
        onOutcome({
          ok: false,
          note: `not sent: ${MOST_IN_FLIGHT} writes are waiting for an answer`,
          write: { seq, outcome: 'failed' },
        });
        return { expire: () => ({ ok: false }) };
      }
      inFlight += 1;
      const write = startWrite(seq, onOutcome);
      return { expire: () => write.end('expire', timedOut(seq, write.stage(), spec.timeoutMs)) };
    },
    close() {
      for (const { connection } of idle) connection.drop();
      idle = [];
    },
  };

  function startWrite(seq: number, onOutcome: OnOutcome): Write {
    let stage: Stage = 'before-sending';
    let connection: SqlConnection | undefined;
    let connectTimer: NodeJS.Timeout | undefined;
    const end: Write['end'] = (how, outcome) => {
      if (stage === 'over') return outcome;
      stage = 'over';
      inFlight -= 1;
      clearTimeout(connectTimer);
      if (outcome.ok && connection !== undefined && !connection.isBroken) idle.push({ connection, since: clock.now() });
      else connection?.drop();
      if (how === 'tell') onOutcome(outcome);
      return outcome;
    };
    const fail = (error: unknown): void => {
      if (stage === 'before-sending' && isOwnShortage(error)) {
        // The number was never used; the sample becomes a hole in the schedule.
        end('expire', { ok: false });
        onOutcome(undefined);
        return;
      }
      const outcome = stage === 'sent' ? writeOutcomeAfterError(error) : 'failed';
      end('tell', { ok: false, note: sqlNote(error), write: { seq, outcome } });
    };
    const connect = async (): Promise<SqlConnection> => {
      const fresh = prepareConnection(spec.url, applicationName, () => {});
      connection = fresh;
      connectTimer = setTimeout(() => {
        // After a stall of our own the answer may be here already: look at the sockets once before giving up.
        setImmediate(() => {
          if (stage !== 'before-sending' || connectTimer === undefined) return;
          const note = `connect ${timeoutNote(CONNECT_TIMEOUT_MS)}`;
          end('tell', { ok: false, hung: true, note, write: { seq, outcome: 'failed' } });
        });
      }, CONNECT_TIMEOUT_MS);
      await fresh.client.connect();
      clearTimeout(connectTimer);
      connectTimer = undefined;
      return fresh;
    };
    const write = async (): Promise<void> => {
      const session = takeIdle() ?? (await connect());
      connection = session;
      await ensureTable(session);
      if (stage === 'over') return;
      stage = 'sent';
      await session.client.query(insertRow, [seq]);
      end('tell', { ok: true, write: { seq, outcome: 'acknowledged' } });
    };
    write().catch(fail);
    return { stage: () => stage, end };
  }
}

interface Write {
  stage(): Stage;
  /** Ends the write once; `tell` reports the outcome, `expire` leaves that to the caller. */
  end(how: 'tell' | 'expire', outcome: ProbeOutcome): ProbeOutcome;
}

function timedOut(seq: number, stage: Stage, timeoutMs: number): ProbeOutcome {
  const outcome = stage === 'sent' ? 'indeterminate' : 'failed';
  return { ok: false, hung: true, note: timeoutNote(timeoutMs), write: { seq, outcome } };
}
