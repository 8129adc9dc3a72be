/** `unknown`: it was not asked, or may not be. */
export type Presence = 'there' | 'absent' | 'unknown';

/** What is installed in a cluster that breaks things in it on request. */
export interface FaultTools {
  /** Its API for faults of the network. */
  readonly chaosMesh: Presence;
  readonly litmus: Presence;
}

/** How long an instance is cut off by one of them where nobody says otherwise, in seconds. */
export const CUT_SECONDS = 90;

/** Of a cluster that nobody looked at. */
export const NOT_LOOKED: FaultTools = { chaosMesh: 'unknown', litmus: 'unknown' };
