/** Names of the probes that write, which are those of their ledgers too. They are part of the record. */
export const DATABASE_WRITES = 'database writes';
export const API_WRITES = 'api writes';
export const OLD_PRIMARY_WRITES = 'writes to the old primary';
