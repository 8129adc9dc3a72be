import type { TrialContext } from './scenario.ts';

/** One step of a runbook: what a person would do and look at, in words, and the same as code. */
export interface RunbookStep {
  readonly id: string;
  readonly title: string;
  /** What is done, as one would tell it to somebody on call. */
  readonly does: string;
  /** How to see that it is done. */
  readonly verify: string;
  /**
   * Does it, looks whether it is done, and says what was found in a few words.
   * @throws when it could not be done, or was not done when it was looked at.
   */
  run(context: TrialContext): Promise<string>;
}

/** A recovery that can be read, printed and carried out. Steps are done in order; the first that fails ends it. */
export interface Runbook {
  readonly id: string;
  readonly title: string;
  /** When it is to be used. */
  readonly when: string;
  /** What must be at hand: what survived, and who may do it. */
  readonly needs: readonly string[];
  readonly steps: readonly RunbookStep[];
}
