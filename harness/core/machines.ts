/** The machines that a stack runs on, where it has several: nodes of a Kubernetes cluster. */
import type { Instance, UndoAction } from './platform.ts';

/** One machine, as it is and as the platform says that it is. */
export interface Machine {
  readonly name: string;
  readonly zone?: string;
  readonly role: 'control-plane' | 'worker';
  /** Whether it has power: what the platform says of it follows a while later. */
  readonly isUp: boolean;
  /** Undefined while the platform cannot be asked. */
  readonly isReady?: boolean;
  /** False once it was cordoned: nothing new is put on it. */
  readonly isSchedulable?: boolean;
}

/** What is cut off from the network, and for how long at the most. */
export interface Cut {
  /** A whole machine, or one instance on it. */
  readonly machine: string;
  readonly instance?: Instance;
  /**
   * `everything`: nothing goes in or out. `forwarded`: traffic of others is lost while the machine itself still reaches the instance, so that its
   * probes pass: a grey failure.
   */
  readonly traffic: 'everything' | 'forwarded';
  /** The machine itself ends the cut after so long, whether or not anybody still lives who could. */
  readonly expirySeconds: number;
}

/** What the platform said to a wish to end an instance. */
export interface Eviction {
  readonly isAccepted: boolean;
  readonly text: string;
}

/** How instances are taken away for good; what made them makes others in their place. */
export interface InstanceRemoval {
  /** Asks for the end of an instance in good order, as a drain does: refused where too few would be left. */
  evict(instance: Instance): Promise<Eviction>;
  /** Takes an instance away, without any grace that a platform need not give. */
  remove(instance: Instance): Promise<Eviction>;
  /** Why an instance may not be taken away, in words; undefined when it may. Left out where all may. */
  refusal?(instance: Instance): Promise<string | undefined>;
}

/** What whoever breaks something on behalf of the harness says of it. It is no evidence that it is so. */
export interface FaultClaim {
  readonly isInjected: boolean;
  /** In their own words. */
  readonly text: string;
}

/** What is installed to break one thing in an instance, where the harness itself cannot: its network, its clock. */
export interface FaultTool {
  /** `Chaos Mesh` */
  readonly name: string;
  /** Why an instance may not be broken, in words; undefined when it may. */
  refusal(instance: Instance): Promise<string | undefined>;
  /** What ends it, whichever instance it is: within so many milliseconds, or it is told what stands in the way. */
  undoOf(withinMs: number): UndoAction;
  /** Asks for it; it ends by itself after so long, also when the harness is dead. */
  begin(instance: Instance, expirySeconds: number): Promise<void>;
  /** What is said of it now. */
  claim(signal: AbortSignal): Promise<FaultClaim>;
}

/** What can be done to the machines of a stack, and seen of them. */
export interface MachineControl extends InstanceRemoval {
  list(): Promise<readonly Machine[]>;
  /** Calls `onChange` for each machine at once and then at every change, until the signal aborts. */
  watch(onChange: (machine: Machine) => void, signal: AbortSignal): Promise<void>;
  /** They lose power, all at once. Undo: `ensure-machines`. */
  kill(names: readonly string[]): Promise<void>;
  /** Undo: `join-again`; it ends by itself too. */
  cutOff(cut: Cut): Promise<void>;
  /** Whether a cut is in force on this machine. */
  isCutOff(name: string): Promise<boolean>;
  /** Nothing new is put on it. Undo: `uncordon`. */
  cordon(name: string): Promise<void>;
}
