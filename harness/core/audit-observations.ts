/** What an audit has seen of a system, before anybody judges it. Moments are ISO 8601, by the clock of whoever wrote them. */
import type { DatabaseTopology } from './database-cluster.ts';
import type { Verdict } from './verdict.ts';

/** What was looked for: seen, or not, and why. What is seen to be absent is `seen`. */
export type Seen<T> =
  | { readonly is: 'seen'; readonly value: T }
  | { readonly is: 'unknown'; readonly because: string; readonly tryThis?: string };

export function seen<T>(value: T): Seen<T> {
  return { is: 'seen', value };
}

export function unseen(because: string, tryThis?: string): Seen<never> {
  return { is: 'unknown', because, ...(tryThis === undefined ? {} : { tryThis }) };
}

/** What the primary itself says of its standbys (`pg_stat_replication`). */
export interface ReplicationSeen {
  readonly isStandby: boolean;
  /** `synchronous_commit` of the server. */
  readonly synchronousCommit: string;
  readonly standbys: readonly {
    readonly name: string;
    /** `streaming`, `catchup` … */
    readonly state: string;
    /** `sync`, `quorum`, `potential`, `async`. */
    readonly syncState: string;
    readonly lagBytes: number | undefined;
  }[];
}

export interface BaseBackupSeen {
  readonly backupId: string;
  /** barman's word: `DONE`, `FAILED` … */
  readonly status: string;
  readonly endedAt: string | undefined;
  readonly bytes: number;
  /** What the store lacks of it, though it is called done. */
  readonly lacks: string | undefined;
}

export interface ArchiveSeen {
  /** `archive_mode`. */
  readonly mode: string;
  /** After so long an open segment is archived though it is not full; 0: never. */
  readonly timeoutSeconds: number;
  /** What PostgreSQL believes: a claim. */
  readonly claimed: string | undefined;
  /** Archiving failed after it last went well. */
  readonly isFailing: boolean;
  /** The newest segment that the store has, and whether it can be read to its end. */
  readonly stored: { readonly segment: string; readonly at: string; readonly problem: string | undefined } | undefined;
  /** Finished segments that PostgreSQL calls archived, and the store does not have. */
  readonly claimedBeyondStored: boolean;
  /** Finished segments that are not in the store yet, after they were waited for. */
  readonly segmentsBehind: number;
  /** More came into the store while they were waited for: the archive works, and is catching up, or always behind. */
  readonly isMoving: boolean;
  /** Bytes of the open segment that nothing but the database has. */
  readonly openBytes: number;
  /** Segments that lack between the newest base backup and the end of the archive. */
  readonly missing: readonly string[];
}

export interface ExportSeen {
  readonly exportId: string;
  readonly at: string;
  readonly bytes: number;
  /** What is wrong with its content. */
  readonly problem: string | undefined;
}

/** A rehearsal of recovery from backups that left a journal, or that somebody wrote down. */
export interface DrillSeen {
  readonly runId: string;
  readonly scenario: string;
  readonly at: string;
  readonly verdict: Verdict;
  /** Where it ran; undefined where its record does not say. */
  readonly platform: string | undefined;
  readonly headline: string;
}

export interface BudgetSeen {
  readonly name: string;
  /** `minAvailable 1`. */
  readonly allows: string;
  /** Its controller has looked at it as it is now. */
  readonly isCurrent: boolean;
  readonly expectedPods: number;
  readonly desiredHealthy: number;
  readonly currentHealthy: number;
  readonly disruptionsAllowed: number;
}

export interface ComponentSeen {
  readonly component: string;
  /** `Deployment/airbyte-server`; `processes` on this machine. */
  readonly workload: string;
  readonly wanted: number;
  readonly ready: number;
  /** Machines that its pods are on; undefined where there are none to tell apart. */
  readonly nodes: readonly string[] | undefined;
  /** Budgets that select its pods; undefined where the platform has none. */
  readonly budgets: Seen<readonly BudgetSeen[]> | undefined;
  readonly image: string;
  /** Kinds of probes that its containers have: `readiness`, `liveness`; undefined where they cannot be read. */
  readonly probes: readonly string[] | undefined;
}

export interface AutoscalerSeen {
  readonly name: string;
  /** `Deployment/airbyte-worker`. */
  readonly target: string;
  /** Undefined where kinds like the target's are not read. */
  readonly doesTargetExist: boolean | undefined;
  /** The component that it scales, where it was recognised. */
  readonly component: string | undefined;
  readonly min: number;
  readonly max: number;
  readonly conditions: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason: string;
    readonly message: string;
  }[];
  /** Metrics that it should have, and those that it has a value of. */
  readonly metricsWanted: number;
  readonly metricsMeasured: number;
}

/** Told by e-mail alone: what every workspace has from the beginning, and Airbyte sends only with a key of Customer.io, as its cloud has. */
export const MAIL = 'mail';

export interface NotificationSeen {
  readonly workspace: string;
  /** Host of the webhook that a failed sync is told to, or {@link MAIL}; undefined where there is none. Of the rest it may hold secrets. */
  readonly failuresGoTo: string | undefined;
}

export interface TestAlertSeen {
  /** What was done to make Airbyte send one. */
  readonly how: string;
  readonly outcome: 'arrived' | 'not-arrived' | 'receiver-down' | 'accepted-unseen';
  readonly waitedMs: number;
  readonly detail: string;
}

export interface RunbookSeen {
  readonly file: string;
  readonly changedAt: string;
  /** What says when it was changed: a commit, or the file's own time. */
  readonly changedBy: 'commit' | 'file';
  readonly words: number;
}

/** What only an Airbyte in Kubernetes has. */
export interface AirbyteSeen {
  readonly version: string | undefined;
  /** Whether Airbyte's monitor of workloads notices a sync whose pod is gone; `none`: something else does. */
  readonly hungJobs: { readonly is: 'on' | 'off' | 'none' | 'unknown'; readonly because: string };
  /** What is not part of the release (`object-store`, `database`, `temporal`), and where it is, in words. */
  readonly external: readonly { readonly what: string; readonly where: string }[];
}

export interface Observations {
  readonly at: string;
  readonly platform: 'local' | 'kind' | 'cluster';
  /** By the provider's own record; undefined where no provider is asked. */
  readonly topology: Seen<DatabaseTopology> | undefined;
  /** By the primary's own word; undefined where it is not asked. */
  readonly replication: Seen<ReplicationSeen> | undefined;
  readonly baseBackups: Seen<readonly BaseBackupSeen[]>;
  readonly archive: Seen<ArchiveSeen>;
  readonly exports: Seen<readonly ExportSeen[]>;
  readonly drills: Seen<readonly DrillSeen[]>;
  /** Null where the platform has no autoscalers at all. */
  readonly autoscalers: Seen<readonly AutoscalerSeen[]> | null;
  readonly components: Seen<readonly ComponentSeen[]>;
  readonly notifications: Seen<readonly NotificationSeen[]>;
  readonly testAlert: Seen<TestAlertSeen>;
  readonly runbooks: Seen<readonly RunbookSeen[]>;
  readonly airbyte: Seen<AirbyteSeen> | undefined;
}
