import type { RunEvent } from '../core/events.ts';
import type { Journal } from '../core/journal.ts';
import { htmlReport } from './html/report.ts';
import { junit } from './junit.ts';
import type { Reporter } from './reporter.ts';
import { summary } from './summary.ts';

export { renderIndex } from './index-page.ts';

/** Everything that a run leaves for people and for CI, beside its journal. */
const reporters: readonly Reporter[] = [htmlReport, junit, summary];

export interface RenderedFile {
  readonly file: string;
  readonly content: string;
}

/** Renders all reports of a judged run. Writes nothing. */
export function renderAll(journal: Journal, events: readonly RunEvent[]): RenderedFile[] {
  return reporters.map((reporter) => ({ file: reporter.file, content: reporter.render(journal, events) }));
}
