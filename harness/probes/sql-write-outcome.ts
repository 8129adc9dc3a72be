import { failureNote, type ProbeOutcome } from './probe-client.ts';

type WriteOutcome = NonNullable<ProbeOutcome['write']>['outcome'];

/** The fields of PostgreSQL's error message that decide (protocol, "Error and Notice Message Fields"). */
interface ServerError {
  readonly severity: string;
  readonly sqlState: string;
}

/**
 * SQLSTATE classes after which the transaction may have been committed all the same: 08 connection exception (a pooler
 * that lost its server answers with it), 40003 statement completion unknown, 57P shutdown (also the end of a wait for
 * synchronous replication: "has already committed locally"), 58 and XX failures of the server itself.
 */
const MAY_HAVE_COMMITTED = /^(08|40003|57P|58|XX)/;

function serverErrorOf(error: unknown): ServerError | undefined {
  if (!(error instanceof Error) || !('severity' in error) || !('code' in error)) return undefined;
  const { severity, code } = error;
  return typeof severity === 'string' && typeof code === 'string' ? { severity, sqlState: code } : undefined;
}

/**
 * What became of a write whose statement was sent and which ended in `error`: `failed` only when the server itself
 * said that the statement was rolled back; a broken connection or an ending session leaves it `indeterminate`.
 */
export function writeOutcomeAfterError(error: unknown): WriteOutcome {
  const answer = serverErrorOf(error);
  const isRolledBack = answer !== undefined && answer.severity === 'ERROR' && !MAY_HAVE_COMMITTED.test(answer.sqlState);
  return isRolledBack ? 'failed' : 'indeterminate';
}

/** `SQLSTATE 25006: cannot execute INSERT in a read-only transaction`, `ECONNRESET`. */
export function sqlNote(error: unknown): string {
  const answer = serverErrorOf(error);
  if (answer === undefined) return failureNote(error);
  return `SQLSTATE ${answer.sqlState}: ${error instanceof Error ? error.message : ''}`;
}
