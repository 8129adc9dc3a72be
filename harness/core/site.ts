/** A site: everything that is lost when a cluster, a region or a data centre is lost, and how it is made anew. */

/** What a site is and where it stands. */
export interface SiteView {
  /** Counts up with each new site. */
  readonly generation: number;
  readonly state: 'up' | 'destroyed' | 'recovering';
  /** What is lost with it. */
  readonly components: readonly string[];
}

/** To the latest point that the archive holds, unless a time is named. */
export interface RestoreTarget {
  readonly backupId?: string;
  /** ISO 8601. */
  readonly targetTime?: string;
}

/** What Temporal starts on: what came back with the database, or nothing, as where its own store was in no backup. */
export const WORKFLOW_STORES = ['restored', 'empty'] as const;
export type WorkflowStore = (typeof WORKFLOW_STORES)[number];

/** What a restore of the database says of itself. */
export interface RestoreReport {
  readonly backupId: string;
  readonly timeline: number;
  /** Where the old timeline was left. */
  readonly restoredLsn: string;
  readonly segmentsReplayed: number;
  readonly bytes: number;
  /** How long its parts took, in milliseconds. */
  readonly phases: Readonly<Record<string, number>>;
  /** Segments of the archive at which the restore would end, or has ended, before its time. */
  readonly problems: readonly { readonly segment: string; readonly problem: string }[];
}

/** Destroys the site, and carries out the steps of its recovery, in this order; each resolves when it is done, with what it did in words. */
export interface Site {
  view(): Promise<SiteView>;
  /** Every process ends at once, and every data directory is removed. Resolves when nothing lives any more, with what went in words. */
  destroy(): Promise<string>;
  /** Processes of the site that live, in words. */
  processesLeft(): Promise<readonly string[]>;
  /** Data directories of the site that are there, in words; where they are still being removed it waits for that. */
  dataLeft(): Promise<readonly string[]>;
  /** Machines and the store of the database's own configuration, as empty as on their first day. */
  provision(signal: AbortSignal): Promise<string>;
  restoreDatabase(target: RestoreTarget, signal: AbortSignal): Promise<RestoreReport>;
  restoreWorkflows(store: WorkflowStore, signal: AbortSignal): Promise<string>;
  deploy(signal: AbortSignal): Promise<string>;
  /** From here on the stable endpoints lead to the new site. */
  switchEndpoints(signal: AbortSignal): Promise<string>;
}

/** Where backups are kept, outside the site, and how to get at them. */
export interface BackupLocation {
  readonly bucket: string;
  /** The name of the database server in the archive. */
  readonly server: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Of the store, where it has any. */
  readonly region?: string;
}
