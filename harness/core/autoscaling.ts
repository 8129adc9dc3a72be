/** What decides by itself how many instances of a component there are, as it says so. */
export interface Autoscaler {
  readonly component: string;
  /** How many there are, and how many it wants. 0 wanted: it is switched off, as when somebody else has scaled the component to nothing. */
  readonly current: number;
  readonly desired: number;
  readonly minimum: number;
  readonly maximum: number;
  /** What it measures and what it aims at, in percent of what each instance asked for; undefined while nothing was measured. */
  readonly utilization?: number;
  readonly target?: number;
  /** It was changed at most so long ago, in milliseconds. Only where it is read from the workload itself, which does not say by whom. */
  readonly changedWithinMs?: number;
}

/** The autoscalers of a stack. */
export interface Autoscalers {
  /** Calls `onChange` for each at once and then at every change, until the signal aborts. */
  watch(onChange: (autoscaler: Autoscaler) => void, signal: AbortSignal): Promise<void>;
}
