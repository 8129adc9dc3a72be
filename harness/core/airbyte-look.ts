/**
 * What one look at an Airbyte through its API found. All times are milliseconds since 1970; the API itself tells whole seconds.
 * What could not be read is part of it: nothing is silently absent.
 */

/** Something of the API that was not read, and why, in one sentence. */
export interface Gap {
  readonly sentence: string;
  /** The connections that it touches; undefined when it may touch any. */
  readonly connectionIds?: ReadonlySet<string>;
}

/** Items that were read, and what else there is. */
export interface Reading<T> {
  readonly items: readonly T[];
  readonly gaps: readonly Gap[];
}

/** `unreachable`: no answer that is Airbyte's came in time. */
export type HealthState = 'healthy' | 'unhealthy' | 'unreachable';

export interface HealthFacts {
  readonly state: HealthState;
  /** How long the answer took, or how long it was waited for. */
  readonly responseMs: number;
  /** One sentence. */
  readonly detail: string;
}

/**
 * Whether failed jobs are told to somebody. `mail`: by e-mail alone, which every workspace has from the beginning, and which Airbyte sends only where it has a key of
 * Customer.io, as its cloud does. `unknown`: the API did not show the settings.
 */
export type FailureNotice = 'set' | 'none' | 'mail' | 'unknown';

export interface WorkspaceFacts {
  readonly workspaceId: string;
  readonly name: string;
  readonly failureNotice: FailureNotice;
}

export type ScheduleFacts =
  | { readonly kind: 'manual' }
  | { readonly kind: 'basic'; readonly everyMs: number; readonly text: string }
  | { readonly kind: 'cron'; readonly expression: string; readonly timeZone: string }
  /** What the API shows makes no schedule. */
  | { readonly kind: 'unknown'; readonly detail: string };

export interface ConnectionFacts {
  readonly connectionId: string;
  readonly workspaceId: string;
  readonly name: string;
  /** Undefined when the API did not tell it. */
  readonly sourceName: string | undefined;
  readonly destinationName: string | undefined;
  /** active, inactive, deprecated, locked, or what a later version may have. */
  readonly status: string;
  readonly schedule: ScheduleFacts;
  readonly createdAt: number | undefined;
  /** When its newest sync was created, where the list of connections tells. */
  readonly latestJobAt: number | undefined;
}

export interface FailureFacts {
  readonly origin: string | undefined;
  readonly type: string | undefined;
  readonly message: string | undefined;
}

export interface AttemptFacts {
  readonly number: number;
  /** running, failed, succeeded, or what a later version may have. */
  readonly status: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly endedAt: number | undefined;
  /** Undefined where the API has no such statistic. */
  readonly recordsEmitted: number | undefined;
  readonly recordsCommitted: number | undefined;
  readonly recordsRejected: number | undefined;
  readonly bytes: number | undefined;
  readonly failures: readonly FailureFacts[];
}

export interface JobFacts {
  readonly id: number;
  readonly connectionId: string;
  /** sync, refresh, clear or reset_connection. */
  readonly type: string;
  /** pending, queued, running, incomplete, failed, succeeded, cancelled, or what a later version may have. */
  readonly status: string;
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  readonly updatedAt: number;
  readonly attempts: readonly AttemptFacts[];
}

/** The alerts that a sink received, or why they are not known. */
export type AlertFacts =
  | { readonly kind: 'not-asked' }
  | { readonly kind: 'unknown'; readonly detail: string }
  /** `withoutJob`: texts of alerts that do not name their job, as Airbyte up to 0.50 sends them. */
  | { readonly kind: 'read'; readonly jobIds: ReadonlySet<number>; readonly withoutJob: readonly string[] };

/** One look, whole. */
export interface AirbyteLook {
  /** The address that was asked, without credentials. */
  readonly url: string;
  /** The time of the server where it tells one, else of this machine. */
  readonly at: number;
  /** How far the clock of this machine is ahead of the server's; undefined when the server tells no time. */
  readonly clockAheadMs: number | undefined;
  /** Jobs that were created or changed since then are read, and those that have not ended. */
  readonly since: number;
  /** The version that the server says it is. */
  readonly version: string | undefined;
  readonly health: HealthFacts;
  readonly workspaces: Reading<WorkspaceFacts>;
  readonly connections: Reading<ConnectionFacts>;
  readonly jobs: Reading<JobFacts>;
  readonly alerts: AlertFacts;
  /** Whether any call was answered as Airbyte answers. */
  readonly hasAnswered: boolean;
  /** How many requests it took. */
  readonly requests: number;
}
