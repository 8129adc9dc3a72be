/** What changed from one run of a scenario to another, as `compare` tells it. Times in seconds, counts as they are. */
import type { Verdict } from './verdict.ts';

/** A p-value at or below this is called significant. */
export const SIGNIFICANCE_LEVEL = 0.05;

export interface Comparison {
  readonly schemaVersion: 1;
  readonly scenario: { readonly id: string; readonly title: string };
  readonly before: ComparedRun;
  readonly after: ComparedRun;
  /** What was not the same about the two runs themselves; it may explain the rest. */
  readonly circumstances: readonly Circumstance[];
  readonly verdict: VerdictChange;
  /** The checks whose verdicts are not the same; `sameChecks` counts the others. */
  readonly checks: readonly CheckChange[];
  readonly sameChecks: number;
  readonly quantities: readonly QuantityChange[];
  /** What may be concluded from so many trials, in one or two sentences. */
  readonly conclusion: string;
}

export interface ComparedRun {
  readonly runId: string;
  readonly wallStart: string;
  readonly verdict: Verdict;
  readonly headline: string;
  readonly trials: number;
  readonly command: string;
}

/** A setting, version, parameter or number of instances that differs; undefined where a run says nothing of it. */
export interface Circumstance {
  readonly group: string;
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export type VerdictCounts = Readonly<Record<Verdict, number>>;

/** Whether a difference between trials may be chance. */
export interface Significance {
  readonly test: 'Mann–Whitney U, exact' | "Fisher's exact test";
  readonly pValue: number;
  /** The least p-value that so many trials can reach. */
  readonly leastPValue: number;
  readonly isSignificant: boolean;
  readonly sentence: string;
}

export interface VerdictChange {
  readonly before: VerdictCounts;
  readonly after: VerdictCounts;
  readonly isChanged: boolean;
  readonly significance: Significance | undefined;
}

export interface CheckChange extends VerdictChange {
  readonly id: string;
  readonly title: string;
  /** What the check said of the first trial with its worst verdict; undefined when the run has no such check. */
  readonly summaryBefore: string | undefined;
  readonly summaryAfter: string | undefined;
}

export type QuantityGroup = 'recovery' | 'milestones' | 'losses' | 'outages';

/**
 * `none`: the bounds cannot tell the two apart. `not-significant`: they can, but the scatter of the trials (or their small
 * number) leaves chance as an explanation. `appeared`, `vanished`: seen in more or fewer trials than before.
 */
export type Finding = 'none' | 'higher' | 'lower' | 'not-significant' | 'appeared' | 'vanished';

export interface QuantityChange {
  readonly group: QuantityGroup;
  readonly id: string;
  readonly title: string;
  readonly unit: 's' | 'count';
  /** One value a trial, the estimate; null where it was not seen. */
  readonly before: readonly (number | null)[];
  readonly after: readonly (number | null)[];
  readonly medianBefore: number | null;
  readonly medianAfter: number | null;
  /** After less before (Hodges–Lehmann over the trials) with the bounds that the measurement allows; null when there is none. */
  readonly difference: { readonly low: number; readonly best: number; readonly high: number } | null;
  readonly finding: Finding;
  readonly significance: Significance | undefined;
  /** The whole of it in words. */
  readonly sentence: string;
}
