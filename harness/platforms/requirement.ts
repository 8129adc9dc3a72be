/** One thing that a platform needs of the machine, and whether it is there. */
export interface Requirement {
  readonly what: string;
  readonly isMet: boolean;
  readonly detail: string;
  readonly tryThis: string;
}
