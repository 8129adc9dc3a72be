/**
 * What the harness knows of a highly available database, whoever runs it: `patroni`, `rds`, `cloud-sql`. A provider looks and
 * asks; it decides nothing. Clients implement it, one in each file of `harness/clients/databases/`.
 */

export interface DatabaseMember {
  readonly name: string;
  readonly role: 'primary' | 'replica' | 'unknown';
  /** In the provider's own word: `running`, `streaming`, `available`, `rebooting` … */
  readonly state: string;
  /** True when an acknowledged write is on this replica before it is acknowledged. Undefined when the provider does not say. */
  readonly isSynchronous?: boolean;
  /** How far it is behind the primary, in bytes of WAL. */
  readonly lagBytes?: number;
  readonly timeline?: number;
  /** False when the provider was told never to make it the primary. */
  readonly mayBePromoted?: boolean;
}

/** The cluster at one look. */
export interface DatabaseTopology {
  readonly members: readonly DatabaseMember[];
  /** Who holds the right to be the primary, by the provider's own record of it; undefined while nobody does. */
  readonly leader?: string;
  /**
   * True when the loss of the primary would lose no acknowledged write and a replica is ready to take over, by the provider's own
   * record. Whether it then does is for a rehearsal to show.
   */
  readonly isRedundant: boolean;
  /** What it lacks to be redundant, in words. */
  readonly lacks?: string;
  /** How the provider is set, in its own words: `{ ttl: "20", loop_wait: "1" }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Something that the provider itself wrote down: an RDS event, a Cloud SQL operation, a line of Patroni's history. */
export interface DatabaseEvent {
  readonly id: string;
  /** As the provider wrote it: a label, never arithmetic. */
  readonly wall: string;
  readonly text: string;
}

/** Where a Patroni cluster keeps its state: who holds the lease, who is synchronous, how it is set. */
export interface DatabaseStore {
  /**
   * Every key of the cluster `scope`, by Patroni's own names for them (`leader`, `sync`, `config`, `history`, `members/NAME`), at one look.
   * @throws ChaosError `client` when the store does not answer.
   */
  read(scope: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** For how long the leader holds its key after it last renewed it, in seconds; undefined while nobody holds it. */
  leaseSeconds(scope: string, signal: AbortSignal): Promise<number | undefined>;
}

export interface DatabaseCluster {
  readonly id: 'patroni' | 'rds' | 'cloud-sql';
  topology(signal: AbortSignal): Promise<DatabaseTopology>;
  /**
   * Asks the provider for a failover: a planned switchover, or the provider's own forced failover where there is no other.
   * Resolves when the request was accepted, with its own words for the record.
   */
  requestFailover(signal: AbortSignal): Promise<string>;
  /** What the provider has written down since `wall` (ISO 8601), oldest first. */
  eventsSince(wall: string, signal: AbortSignal): Promise<readonly DatabaseEvent[]>;
  close(): Promise<void>;
}
