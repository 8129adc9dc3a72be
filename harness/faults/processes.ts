import type { InstanceProcess } from '../core/platform.ts';

/** Some of the processes of an instance. */
export interface ProcessFilter {
  readonly describe: string;
  readonly matches: (process: InstanceProcess) => boolean;
}

/** The first process of a PostgreSQL server: the others are its children, which retitle themselves `postgres: …`. */
export const POSTMASTER: ProcessFilter = {
  describe: 'the PostgreSQL server',
  matches: ({ command }) => /\/postgres -D /.test(command),
};

/** What sends the log of a PostgreSQL primary to its standbys. A stopped one sends nothing, and the primary does not notice for a minute. */
export const WAL_SENDERS: ProcessFilter = {
  describe: 'the replication',
  matches: ({ command }) => /^postgres: .*\bwalsender\b/.test(command),
};
