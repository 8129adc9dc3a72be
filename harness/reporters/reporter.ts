import type { RunEvent } from '../core/events.ts';
import type { Journal } from '../core/journal.ts';

/**
 * Turns a judged run into one file. Pure: it knows no clock and touches nothing of the run's folder, so the same
 * journal and events give the same bytes.
 */
export interface Reporter {
  readonly name: string;
  /** The file's name inside the run's folder. */
  readonly file: string;
  render(journal: Journal, events: readonly RunEvent[]): string;
}
