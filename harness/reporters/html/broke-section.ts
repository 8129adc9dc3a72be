import type { Trial } from '../../core/journal.ts';
import { describeEvent } from '../event-sentence.ts';
import { select } from '../record-view.ts';
import { markup, type Markup } from './markup.ts';
import { evidenceLinks, type ReportContext } from './report-context.ts';
import { verdictBadge } from './verdict-badge.ts';

/** What was broken, how it is known that it really happened, and whether it was undone. */
export function brokeSection(context: ReportContext, trial: Trial): Markup {
  const { others } = context.record;
  const evidence = select(others, 'fault.evidence', trial.trial);
  const undone = select(others, 'fault.undone', trial.trial);
  const planned = select(others, 'fault.planned', trial.trial);
  const injected = select(others, 'fault.injected', trial.trial);
  return markup`<section class="part" id="broke-${trial.trial}" aria-label="What broke"><h2>What broke</h2>
<p class="statement">${trial.broke}</p>
<ul class="facts">
${[...planned, ...injected].map((event) => markup`<li>${describeEvent(event)} ${evidenceLinks(context, [event.i])}</li>`)}
${evidence.map((event) => markup`<li>${verdictBadge(event.holds ? 'pass' : 'fail', event.holds ? 'Holds' : 'Does not hold')} ${event.text} <span class="muted">(${event.kind})</span> ${evidenceLinks(context, [event.i])}</li>`)}
${undone.map((event) => markup`<li>${verdictBadge(event.succeeded ? 'pass' : 'fail', event.succeeded ? 'Undone' : 'Not undone')} ${event.text} ${evidenceLinks(context, [event.i])}</li>`)}
</ul>
${evidence.length === 0 && markup`<p class="muted">The record holds no evidence that the fault took effect.</p>`}
</section>`;
}
