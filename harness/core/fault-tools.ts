/** `unknown`: it was not asked, or may not be. */
export type Presence = 'there' | 'absent' | 'unknown';

/** What is installed in a cluster that breaks things in it on request. */
export interface FaultTools {
  /** Its API for faults of the network. */
  readonly chaosMesh: Presence;
  /** Its API for clocks. */
  readonly chaosMeshClocks: Presence;
  readonly litmus: Presence;
}

/** How long an instance is cut off by one of them where nobody says otherwise, in seconds. */
export const CUT_SECONDS = 90;
/** How long an instance is told a wrong time, and how wrong, where nobody says otherwise, in seconds. */
export const CLOCK_OFF_SECONDS = 60;
export const CLOCK_OFFSET_SECONDS = 600;

/** Of a cluster that nobody looked at. */
export const NOT_LOOKED: FaultTools = { chaosMesh: 'unknown', chaosMeshClocks: 'unknown', litmus: 'unknown' };
