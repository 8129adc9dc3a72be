import type { Journal } from '../../core/journal.ts';
import { formatCount } from '../measurement.ts';
import type { RecordView } from '../record-view.ts';
import { markup, type Markup } from './markup.ts';

/** What every section of the report is made from. */
export interface ReportContext {
  readonly journal: Journal;
  readonly record: RecordView;
  /** The indexes of the events that the evidence section lists; the others can be named but not linked. */
  readonly listed: ReadonlySet<number>;
}

const MOST_LINKS = 6;

/** Evidence as indexes into events.ndjson, linked to the evidence section. */
export function evidenceLinks(context: ReportContext, indexes: readonly number[]): Markup {
  if (indexes.length === 0) return markup`<span class="muted">none</span>`;
  const shown = indexes.slice(0, MOST_LINKS).map((index) => evidenceLink(context, index));
  const more = indexes.length - shown.length;
  return markup`<span class="evidence">${shown}${more > 0 && markup`<span class="muted">and ${formatCount(more)} more</span>`}</span>`;
}

function evidenceLink(context: ReportContext, index: number): Markup {
  if (!context.listed.has(index)) return markup`<span class="ref">${index}</span> `;
  return markup`<a class="ref" href="#event-${index}">${index}</a> `;
}

/** The id of a check's row. Check ids are the harness's own, but an id must not hold a space all the same. */
export function checkAnchor(trial: number, checkId: string): string {
  return `check-${trial}-${checkId.replaceAll(/[^\w-]/g, '_')}`;
}

/** Sorts so that what went worst comes first. */
export const VERDICT_ORDER = { fail: 0, unknown: 1, pass: 2 } as const;
