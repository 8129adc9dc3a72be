/** Probes whose samples milestones and waits read. The names are part of the record. */
export const API_PROBE = 'api health';
/** The API where it is reached after a recovery, when that is another address. */
export const RECOVERED_API_PROBE = 'api health, recovered';
