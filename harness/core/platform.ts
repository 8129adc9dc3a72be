import type { Autoscalers } from './autoscaling.ts';
import type { DatabaseStore } from './database-cluster.ts';
import type { BodyOf } from './events.ts';
import type { FaultTool, InstanceRemoval, MachineControl } from './machines.ts';
import type { BackupLocation, Site } from './site.ts';

/** What a scenario can ask of a platform. A scenario names capabilities, never a platform. */
export type Capability =
  | 'signal-instances' // send a signal to the processes of one instance
  | 'lose-nodes' // end everything on the machine of an instance at once, and keep it from coming back until it is healed
  | 'machines' // machines that can be lost, cut off and drained, one by one or a zone at a time
  | 'autoscaling' // something adds instances under load, and takes them away after it
  | 'remove-instances' // take an instance away for good, so that another is made in its place
  | 'partition-instances' // cut one instance off from the network, by what is installed for that
  | 'skew-clocks' // tell one instance a wrong time, by what is installed for that
  | 'roll-out' // replace the instances of a component one after the other
  | 'watch-instances' // state, readiness and restarts of every instance, as they change
  | 'warehouse' // a destination outside the failure domain that the harness can read
  | 'source-system' // a source that the harness fills, and can take away and give back
  | 'workflow-identity' // which worker runs a given sync
  | 'sites' // destroy everything of the site at once, data included, and recover it step by step on a new one
  | 'backups' // base backups, archive of the log, logical dumps and exports in a store outside the failure domain
  | 'alert-sink' // a webhook receiver outside the failure domain
  | 'operator-commands'; // recover by commands that the operator has named

/** One process or pod of a component. */
export interface Instance {
  readonly name: string;
  readonly component: string;
  readonly state: BodyOf<'component'>['state'];
  readonly ready: boolean;
  readonly restarts: number;
  readonly pid?: number;
  /** Start time of the process in clock ticks since boot: with the pid it names one process for ever. */
  readonly startTicks?: number;
  /** Names the run of its main process for ever, where a pid does not: the id of its container. */
  readonly incarnation?: string;
  /** Names the instance itself for ever, through all runs of its main process, where its name may be given again: the UID of its pod. */
  readonly uid?: string;
  /** The platform takes it away for good, or has done so; what comes in its place is another instance. */
  readonly removal?: 'begun' | 'done';
  /** Whether the platform leads requests to it; missing where it has no Service. */
  readonly isInService?: boolean;
  /** The machine that it runs on, where the platform has several. */
  readonly node?: string;
  /** True where its data are on that machine, so that it cannot run on another. */
  readonly isTied?: boolean;
  /** Where its own HTTP port is, when it has one: `http://127.0.0.1:12345`. */
  readonly url?: string;
  /** The address at which its own ports are reached from here. */
  readonly host: string;
  /** Its own ports, by use: `http`, `postgres`, `grpc`. */
  readonly ports: Readonly<Record<string, number>>;
  readonly detail?: string;
  /** The job of Airbyte that it runs, where the platform says so. */
  readonly jobId?: string;
  /** False for one-shot jobs, which are not counted as capacity. */
  readonly isExpected: boolean;
}

/** A named stable endpoint of the stack under test. */
export type ServiceName =
  | 'server'
  | 'webapp'
  | 'temporal'
  | 'database'
  | 'object-store'
  | 'warehouse'
  | 'alert-sink'
  | 'record-api'
  | 'backup';

/** Where a service is, and what it is made of. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** For an undo that others carry out, as they like: it is watched on when its time is over. */
export interface Patience {
  /** So much longer than its own time, in milliseconds. */
  readonly lateMs: number;
  /** Called where a look still showed what is to be undone; the look began so many milliseconds ago. */
  readonly stillThere: (agoMs: number) => void;
}

/** An action that puts one thing right. It is on disk before the thing that it undoes, and can be done twice. */
export type UndoAction =
  | { readonly kind: 'remove-stack'; readonly dir: string; readonly stackId: string }
  /** Programs of a dead harness have ended, such as its load generator; the stack itself stays. */
  | { readonly kind: 'end-programs'; readonly dir: string; readonly stackId: string }
  | { readonly kind: 'ensure-site'; readonly dir: string; readonly stackId: string }
  | { readonly kind: 'ensure-running'; readonly dir: string; readonly instance: string }
  | { readonly kind: 'continue-process'; readonly pid: number; readonly startTicks: number; readonly node?: string }
  /** Every machine has power, and what runs on it is ready. */
  | { readonly kind: 'ensure-machines'; readonly dir: string; readonly machines: readonly string[] }
  /** Nothing on the machine is cut off from the network any more. */
  | { readonly kind: 'join-again'; readonly dir: string; readonly machine: string }
  /** New instances are put on the machine again. */
  | { readonly kind: 'uncordon'; readonly dir: string; readonly machine: string }
  /** The source system accepts connections again; with `table`, that table is there again under its name. */
  | { readonly kind: 'restore-source'; readonly dir: string; readonly table?: string }
  /** The operator's own commands that bring back what they have taken away, in order. Values of variables are not part of it. */
  | {
      readonly kind: 'run-commands';
      /** By this name those that still run are found. */
      readonly mark: string;
      /** The folder that they work in. */
      readonly cwd: string;
      readonly logs: string;
      /** Names of variables that are credentials, to be taken from the environment of whoever undoes. */
      readonly env: readonly string[];
      readonly settings: Readonly<Record<string, string>>;
      readonly commands: readonly { readonly command: readonly string[]; readonly withinMs: number }[];
      /**
       * What has to answer well afterwards, and in what time; missing where nothing has to. `config`: the path of the configuration where its health asks who
       * is there.
       */
      readonly original?: { readonly api: string; readonly withinMs: number; readonly config?: string };
    }
  /**
   * Nothing that the run made in a workspace of an existing Airbyte is there any more. `config`: the path of the configuration, which says where its API and
   * its credentials are; neither is kept here.
   */
  | { readonly kind: 'remove-own'; readonly config: string; readonly workspaceId: string; readonly runId: string }
  /** The object by which Chaos Mesh breaks something in a pod for the run is gone. `config` as above; `withinMs`: how long that may take. */
  | {
      readonly kind: 'remove-chaos';
      readonly chaos: 'partition' | 'clock';
      readonly config: string;
      readonly runId: string;
      readonly withinMs: number;
    }
  /** What puts load on the API for the run, made of objects in the cluster, is gone. `config` as above. */
  | { readonly kind: 'remove-load'; readonly config: string; readonly runId: string };

/** One process of an instance. */
export interface InstanceProcess {
  readonly pid: number;
  /** With the pid it names one process for ever. */
  readonly startTicks: number;
  /** The machine in whose process table it has that pid, where that is not this one. */
  readonly node?: string;
  readonly parentPid: number;
  readonly command: string;
}

export type ProcessOnNode = Pick<InstanceProcess, 'pid' | 'startTicks' | 'node'>;

/** What became of an attempt to break an instance. */
export interface KillEvidence {
  readonly kind: string;
  readonly holds: boolean;
  readonly text: string;
}

export interface StackUsage {
  readonly memoryBytes: number;
  readonly cpuSeconds: number;
  readonly processes: number;
}

/** A time in which the platform itself could not be asked: told of when it begins, and when it is over. It is no outage of the stack. */
export interface PlatformTrouble {
  readonly isOver: boolean;
  readonly text: string;
}

/** A stack that is up. What cannot be called before that does not exist on {@link Platform}. */
export interface RunningStack {
  readonly id: string;
  readonly dir: string;
  /** Versions and choices, for the record. */
  readonly details: Readonly<Record<string, string>>;
  /** How else one gets at it, in lines to copy. */
  readonly hints?: readonly string[];
  /** How many instances of each component there are meant to be; where it is left out, as many as there are. */
  readonly expected?: Readonly<Record<string, number>>;
  readonly settings: Readonly<Record<string, string>>;
  /** Paths of programs that came with the platform, e.g. `k6`. */
  readonly tools: Readonly<Record<string, string>>;
  /** What child processes of the harness need in their environment, so that a left-over scan finds them. */
  readonly marker: Readonly<Record<string, string>>;
  /** Where the database cluster keeps who leads it; undefined where that is an instance of the stack itself (etcd). */
  readonly databaseStore?: DatabaseStore;
  /** Name and password of the databases of the stack and of the warehouse. */
  readonly credentials: { readonly user: string; readonly password: string };
  instances(): Promise<readonly Instance[]>;
  endpoint(service: ServiceName): Endpoint;
  /** Calls `onChange` for each instance at once and then at every change, until the signal aborts. */
  watch(onChange: (instance: Instance) => void, signal: AbortSignal): Promise<void>;
  /**
   * Calls the listener when the platform cannot be asked and when it can again, at once when it cannot now. Returns what ends that. Undefined
   * where nothing is asked that could fail by itself.
   */
  onTrouble?(listener: (trouble: PlatformTrouble) => void): () => void;
  /** Sends a signal to the main process of one instance, after making sure that the id still names it. */
  signalInstance(instance: Instance, signal: NodeJS.Signals): Promise<void>;
  /** Every live process of an instance, its children and what has left its process tree included. */
  processesOf(instance: Instance): Promise<readonly InstanceProcess[]>;
  /** Sends a signal to exactly this process; false when it is gone. */
  signalProcess(process: ProcessOnNode, signal: NodeJS.Signals): Promise<boolean>;
  /** True when exactly this process is stopped by a signal. */
  isStopped(process: ProcessOnNode): Promise<boolean>;
  /**
   * From now on the platform leaves the instance to itself, where it can: a kubelet goes on asking whether it lives. Undo with
   * `ensure-running`.
   */
  holdInstance(instance: Instance): Promise<void>;
  /** The machines of these instances are lost, with whatever else runs on them: undo with `ensure-running`. */
  loseMachines(instances: readonly Instance[]): Promise<void>;
  /**
   * Puts new instances in place of those whose next restart the platform would hold back for what was done to them before, so that one rehearsal does not show in
   * the next; returns their names. Undefined where restarts are never held back for that.
   */
  renewInstances?(signal: AbortSignal): Promise<readonly string[]>;
  /** Replaces the instances of a component one after the other, as a deployment does; returns before it is done. */
  rollOut(component: string): Promise<void>;
  /** Looks whether the process of `instance`, as it was before the fault, is gone; reports each proof as soon as it is seen. */
  confirmGone(instance: Instance, report: (evidence: KillEvidence) => void, signal: AbortSignal): Promise<void>;
  /** Takes instances away for good; undefined where that cannot be done (capability `remove-instances`). */
  readonly removal?: InstanceRemoval;
  /** Breaks one thing in an instance by what is installed for that; undefined where nothing is (capability `partition-instances` or `skew-clocks`). */
  readonly faultTool?: FaultTool;
  /** Its machines; undefined where they cannot be told apart (capability `machines`). */
  readonly machines?: MachineControl;
  /** What scales its components by itself; undefined where nothing does. */
  readonly autoscalers?: Autoscalers;
  /** The site as a whole; undefined where the platform cannot destroy and recover it (capability `sites`). */
  readonly site?: Site;
  /** Where backups are kept; undefined where the platform makes none (capability `backups`). */
  readonly backups?: BackupLocation;
  /** Processes of the stack that should not be there, in words. */
  strayProcesses(): Promise<string[]>;
  usage(): Promise<StackUsage>;
  /** Lets go of the stack: nothing can be asked of it any more, and it is taken down by its undo, or by itself. */
  release(): void;
}

export interface UpOptions {
  readonly runId: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly weaknesses: readonly string[];
  /** False for a stack that stays until `down`. */
  readonly isOwned: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
  /** Called with the undo before anything is started. Must have it on disk when it resolves. */
  readonly beforeChange: (undo: UndoAction) => Promise<void>;
}

export type PrepareOptions = Pick<UpOptions, 'settings' | 'weaknesses' | 'signal' | 'onProgress'>;

/** Where a scenario runs. */
export interface Platform {
  readonly id: 'local' | 'kind' | 'cluster';
  readonly profile: string;
  readonly capabilities: ReadonlySet<Capability>;
  /** Parameters of scenarios whose default is another one here. `--set` goes before it. */
  readonly parameters?: Readonly<Record<string, number | string | boolean>>;
  /**
   * Makes sure that a stack with these settings can be had, and installs what is missing; changes nothing else.
   * @throws ChaosError `environment`, `install`, or `config` when a stack is up that has other settings.
   */
  prepare(options: PrepareOptions): Promise<void>;
  /** Brings a stack up, or takes the one that `up` left. Needs `prepare` before. */
  up(options: UpOptions): Promise<RunningStack>;
  /** The stack that `up` left, when there is one that is whole. Whoever asks releases it. */
  findRunning(): Promise<RunningStack | undefined>;
  /** Every stack that is there, also one that is not whole. */
  findStacks(): Promise<readonly { readonly id: string; readonly dir: string }[]>;
  /** Undoes for what is left of stacks that nobody looks after any more: their supervisor was killed, or the power failed. */
  findAbandoned(): readonly UndoAction[];
  /** Carries out an undo and returns in words what was done. */
  undo(action: UndoAction, signal: AbortSignal, how?: UndoOptions): Promise<string>;
}

export interface UndoOptions {
  /** `whole` unless said otherwise. */
  readonly until?: UndoneUntil | undefined;
  /** For what others carry out and may end late. */
  readonly patience?: Patience | undefined;
}

/**
 * How far an undo is waited for: until what was broken is `whole` again, or until that has `begun` and the platform brings it to its end by itself (where
 * somebody stopped the run, and waits).
 */
export type UndoneUntil = 'whole' | 'begun';
