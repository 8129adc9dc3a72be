/** Waits whose outcome a check reads. The names are part of the record. */
export const INTERRUPTED_JOB_WAIT = 'the interrupted job is over';
/** On an existing Airbyte: of whoever's sync ran at the fault, it is not known which was interrupted. */
export const SYNCS_OVER_WAIT = 'the syncs in flight are over';
export const RECOVERY_WAIT = 'the service has recovered';
export const NEXT_RUN_WAIT = 'the next scheduled run is over';
export const NEW_SYNC_WAIT = 'the new sync is over';
