import type { BodyOf } from './events.ts';

/** What a probe looks at. Every kind is data, so that it can be handed to the prober's thread. */
export type ProbeSpec = HttpProbe | TcpProbe | SqlWriteProbe | HttpWriteProbe;

interface ProbeCommon {
  /** Unique in the run; the name that samples carry. */
  readonly name: string;
  readonly everyMs: number;
  readonly timeoutMs: number;
}

/** GET of a URL. Good when the status is 2xx and, where given, the body contains `bodyIncludes`. */
export interface HttpProbe extends ProbeCommon {
  readonly kind: 'http';
  readonly url: string;
  /** Sent as the header of that name. Never recorded. */
  readonly authorization?: string | undefined;
  readonly bodyIncludes?: string;
}

/** Good when a TCP connection is established within the time-out. */
export interface TcpProbe extends ProbeCommon {
  readonly kind: 'tcp';
  readonly host: string;
  readonly port: number;
}

/**
 * Inserts one row with the next sequence number into `table` (created when it is missing) and waits for the commit.
 * Its samples are also the ledger of acknowledged writes named like the probe.
 */
export interface SqlWriteProbe extends ProbeCommon {
  readonly kind: 'sql-write';
  /** postgres://user:password@host:port/database. Never recorded. */
  readonly url: string;
  readonly table: string;
}

/**
 * POSTs one numbered write after the other as JSON; `{seq}` in `body` becomes the number. Acknowledged when the answer is 2xx,
 * failed when it is 4xx or nothing listened, else indeterminate. Its samples are the ledger named like the probe.
 */
export interface HttpWriteProbe extends ProbeCommon {
  readonly kind: 'http-write';
  readonly url: string;
  readonly body: string;
}

/** One result of a probe, as it goes into the record. */
export type Sample = Omit<BodyOf<'sample'>, 'type'>;

/** The prober's own health over one window. */
export type ProberHealth = Omit<BodyOf<'prober'>, 'type'>;
