import type { Component } from '../component.ts';
import type { Labels } from '../objects/metadata.ts';

/** One part of an expected time, in seconds. */
export interface TimePart {
  readonly what: string;
  readonly seconds: { readonly low: number; readonly high: number };
}

/** How long something is expected to take from the loss on; the sum of its parts. */
export type ExpectedTime =
  | {
      readonly is: 'bounded';
      readonly seconds: { readonly low: number; readonly high: number };
      readonly parts: readonly TimePart[];
      /** What can make it longer than that. */
      readonly unless: readonly string[];
    }
  /** Nothing notices the loss. */
  | { readonly is: 'never'; readonly because: string }
  | { readonly is: 'unknown'; readonly because: string };

/** What a scenario would break, and what is expected then. */
export interface Target {
  readonly component: Component | 'job-pod';
  /** `Deployment/airbyte-worker`; for job pods the labels alone say which. */
  readonly workload: string | undefined;
  readonly selector: Labels;
  /** What becomes of running syncs and of what is asked, in plain sentences. */
  readonly outcome: string;
  /** Until what was interrupted goes on. */
  readonly recovery: ExpectedTime;
  /** The objective held against that, said before a run; undefined where it can be met or is not known. */
  readonly warning: string | undefined;
}

/** What becomes of a scenario on a system that it was not written for. */
export interface Translation {
  readonly scenario: string;
  /** `conditional`: it can where something is there that cannot be seen from the namespace. */
  readonly can: 'yes' | 'conditional' | 'no';
  /** What it hits there, where that is not what its name says; why it cannot run; what it needs. */
  readonly because: string;
  /** Whether a run hits a pod of one of the targets, or one of each; `nothing` where it takes more than that. */
  readonly takesAway: 'one' | 'each' | 'nothing';
  readonly targets: readonly Target[];
}

/** A scenario to translate, with the recovery target that it is judged by. */
export interface ScenarioToTranslate {
  readonly id: string;
  readonly objective?: { readonly recoverySeconds: number; readonly source: string } | undefined;
}
