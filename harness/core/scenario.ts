import type { Clock } from './clock.ts';
import type { MilestoneId } from './derive/milestones.ts';
import type { EventBody, Objective, RetryPolicy, RunEvent } from './events.ts';
import type { History } from './history.ts';
import type { CheckResult } from './journal.ts';
import type { Capability, Instance, KillEvidence, RunningStack, UndoAction } from './platform.ts';
import type { ProbeSpec } from './probe.ts';
import type { Random } from './random.ts';
import type { Runbook } from './runbook.ts';

/** Values that `--set name=value` may replace. */
export type Parameters = Readonly<Record<string, number | string | boolean>>;

/** Appends to the record and tells those who wait. */
export interface Recorder {
  append(body: EventBody): RunEvent;
  /** Calls back after each appended event until the returned function is called. */
  onEvent(listener: (event: RunEvent) => void): () => void;
}

/** Everything that a part of a scenario may use while a trial runs. Time and chance come from here. */
export interface TrialContext {
  readonly trial: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly record: Recorder;
  /** The record so far, shared and of this trial. */
  readonly history: History;
  /** Aborts when the run is interrupted. */
  readonly signal: AbortSignal;
  readonly stack: RunningStack;
  readonly objective: Objective;
  readonly retryPolicy: RetryPolicy;
  /** Starts a probe; it runs until the trial ends. */
  addProbe(spec: ProbeSpec): void;
  /** Stops a probe and waits for the samples in flight, so that its ledger can be frozen. */
  removeProbe(name: string): Promise<void>;
  /** Waits and writes down how it ended; false when it timed out or can no longer come true. */
  waitFor(wait: Wait): Promise<boolean>;
  /** Undoes the faults of this trial now, instead of at its end: the lost node comes back, the frozen process goes on. What others undo is watched for so long, in milliseconds, beyond its time. */
  healFaults(lateMs?: number): Promise<void>;
  /** Queues a clean-up of this trial; they run in reverse order, each with its own time budget (20 s unless it is given, in milliseconds). */
  afterTrial(name: string, cleanUp: (signal: AbortSignal) => Promise<void>, budgetMs?: number): void;
  /** Queues something that must still go into the record after the verification: results of load, of observers. */
  beforeJudging(name: string, work: () => Promise<void>): void;
  /** Runs beside the trial until it ends. A rejection is a harness error and ends the run. */
  background(name: string, work: (signal: AbortSignal) => Promise<void>): void;
}

/** A wait with a name and a time-out of its own. It looks at the record and at nothing else. */
export interface Wait {
  readonly name: string;
  readonly timeoutMs: number;
  /** True, or what is still missing, in words. */
  isOver(history: History, nowMs: number): true | string;
  /** Set when the wait can no longer come true: the sentence says why. It then ends as not satisfied. */
  isHopeless?(history: History): string | false;
}

/** Decides what happens next; the clients that it is given touch the system. */
export interface Workload {
  readonly name: string;
  start(context: TrialContext): Promise<void>;
}

/** Something that is done after the recovery to look at what is left: reads, a further run, a test alert. */
export interface Verification {
  readonly name: string;
  run(context: TrialContext): Promise<void>;
}

export interface FaultTarget {
  readonly instance: Instance;
  readonly why: string;
}

/** A fault with its targets chosen. Nothing has been touched yet. */
export interface PlannedFault {
  readonly targets: readonly FaultTarget[];
  /** Names of the machines that it hits as such; nothing of the stack has to run on them. */
  readonly machines?: readonly string[];
  readonly undo: readonly UndoAction[];
  /** Evidence must be there within this time, in milliseconds, where 10 s are too short for it. */
  readonly evidenceWithinMs?: number;
  /** What is waited for before the clock starts, such as the word of a person. The undo is on disk. */
  readonly awaitMoment?: () => Promise<void>;
  inject(): Promise<void>;
  /** Looks for what shows that it happened until the signal aborts; reports each proof as soon as it is seen. */
  gatherEvidence(report: (evidence: KillEvidence) => void, signal: AbortSignal): Promise<void>;
}

/** Injection, evidence and undo of one way to break something. */
export interface Fault {
  readonly id: string;
  readonly description: string;
  /** The component whose instances it can hit, for a dry run; undefined when it hits something else. */
  readonly component?: string;
  readonly needs: readonly Capability[];
  /** What it hits, where that is known beforehand; `--dry-run` shows it. */
  readonly hits?: string;
  /** Opens what choosing the targets needs, so that nothing slow stands between the moment and the strike. */
  prepare?(context: TrialContext): Promise<void>;
  /** The moment at which it strikes. */
  readonly when: Wait;
  /**
   * Chooses the targets.
   * @throws ChaosError `no-target` naming the selector when nothing matches.
   */
  plan(context: TrialContext): Promise<PlannedFault>;
}

/** A pure function of the record to a verdict with evidence. */
export interface Check {
  readonly id: string;
  /** What holds where it passes: `No record is missing in the destination`. */
  readonly title: string;
  /** What is so where it fails: `Records are missing in the destination`. */
  readonly failure: string;
  judge(history: History): Omit<CheckResult, 'id' | 'title' | 'failure'>;
}

/** The parts of a scenario, with its parameters filled in. */
export interface ScenarioPlan {
  /** Watched from before the fault until the trial ends. */
  readonly probes: (stack: RunningStack, trial: number) => readonly ProbeSpec[];
  /** Must hold before anything is touched. */
  readonly steadyState: readonly Wait[];
  readonly workload: readonly Workload[];
  /** Must hold before the fault: the workload is really at work. */
  readonly underway: readonly Wait[];
  readonly fault: Fault;
  /** Further faults of a compound failure, each at its own moment. Recovery is counted from the first one. */
  readonly further?: readonly Fault[];
  readonly recovery: {
    /** The moments on the way to recovery, in order; the last one ends the RTO. */
    readonly path: readonly [MilestoneId, ...MilestoneId[]];
    /** Why the last one ends it. */
    readonly because: string;
    /** Where the clock starts: at the injection, or, for what can only recover once its cause is gone, when that was undone. */
    readonly from?: 'fault-healed';
    /** Moments that happen at the same time or afterwards; they are shown, and are no part of the sum. */
    readonly beside: readonly MilestoneId[];
    /** What is waited for and done, in order, before the verification begins. */
    readonly until: readonly (Wait | Verification)[];
  };
  /** Looks and waits after the recovery, in order. */
  readonly verification: readonly (Verification | Wait)[];
  readonly checks: readonly Check[];
}

/** All faults of a plan, in the order in which they strike. */
export function faultsOf({ fault, further = [] }: ScenarioPlan): readonly [Fault, ...Fault[]] {
  return [fault, ...further];
}

/** Another way for the same thing to fail, with an expectation of its own. */
export interface Variant<P extends Parameters = Parameters> {
  readonly title: string;
  /** What a pass proves, where it is not what the scenario proves. */
  readonly proves?: string;
  /** The id of its objective, where it is not the scenario's. */
  readonly objective?: string;
  /** Parameters that differ. */
  readonly set?: Partial<P>;
  /** Settings that its stack must have, beside the scenario's. */
  readonly stack?: Readonly<Record<string, string>>;
}

/** One rehearsed failure. */
export interface Scenario<P extends Parameters = Parameters, V extends string = string> {
  readonly id: string;
  readonly title: string;
  /** What a pass proves, in one sentence. */
  readonly proves: string;
  /** The id of its objective in objectives.yaml. */
  readonly objective: string;
  readonly needs: readonly Capability[];
  readonly parameters: P;
  /** Settings that its stack must have; `--set` replaces them. */
  readonly stack?: Readonly<Record<string, string>>;
  readonly variants?: Readonly<Record<V, Variant<P>>>;
  /** What a person would follow to recover; `runbook` prints it. */
  readonly runbook?: Runbook;
  /** `variant` is undefined for the scenario as such. A plan is made for each trial. */
  plan(set: P, objective: Objective, variant?: V): ScenarioPlan;
}

/**
 * Gives a scenario its types; does nothing else, so that a scenario file can be read without knowing the engine.
 * The engine calls `plan` only with the scenario's own parameters or replacements of the same types (cli/settings.ts).
 */
export function defineScenario<P extends Parameters, V extends string>(scenario: Scenario<P, V>): Scenario {
  return scenario;
}
