import type { Bounds } from '../../bounds.ts';
import type { History } from '../../history.ts';

/** A moment with the indexes of the events that show it; undefined when it was not seen. Milliseconds on the run's clock. */
export type Seen = { readonly at: Bounds; readonly evidence: readonly number[] } | undefined;

/** A moment that can be found in a record. A new scenario picks from these; what it lacks is added here for all. */
export interface MilestoneKind {
  readonly title: string;
  /** `job`: it can only come while the interrupted job is open; `system`: whatever becomes of that job. */
  readonly of: 'job' | 'system';
  /** The check that says why it never came, where there is one: the missing recovery is then a consequence. */
  readonly judgedBy?: string;
  /**
   * Its events are in the record as soon as it has come, and nothing that is read later gives it an earlier time: while it is not seen, it has not come. Only
   * of these is anything concluded while a run goes on (`overdue-recovery.ts`).
   */
  readonly isToldAtOnce?: true;
  /** False where it cannot come at all, so that its absence says nothing; a report then has no line for it. Left out: it always can. */
  canCome?(history: History): boolean;
  /** Where it is not found: something was seen that may be it, or may be something else. Nothing is concluded then from its absence. */
  mayHaveCome?(history: History): boolean;
  find(history: History): Seen;
}
