/** Waits whose outcome a check reads. The names are part of the record. */
export const INTERRUPTED_JOB_WAIT = 'the interrupted job is over';
export const RECOVERY_WAIT = 'the service has recovered';
export const NEXT_RUN_WAIT = 'the next scheduled run is over';
export const NEW_SYNC_WAIT = 'the new sync is over';
