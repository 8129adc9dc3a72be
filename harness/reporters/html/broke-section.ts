import type { EventOf } from '../../core/events.ts';
import type { Trial } from '../../core/journal.ts';
import { describeEvent } from '../event-sentence.ts';
import { formatSeconds } from '../measurement.ts';
import { select } from '../record-view.ts';
import { markup, type Markup } from './markup.ts';
import { evidenceLinks, type ReportContext } from './report-context.ts';
import { verdictBadge } from './verdict-badge.ts';

/** What was broken, how it is known that it really happened, and whether it was undone. */
export function brokeSection(context: ReportContext, trial: Trial): Markup {
  const { others } = context.record;
  const evidence = select(others, 'fault.evidence', trial.trial);
  const injected = select(others, 'fault.injected', trial.trial);
  const numbers = injected.flatMap(({ nth }) => nth ?? []);
  const places = injected.length > 1 && numbers.length === injected.length ? numbers : [undefined];
  return markup`<section class="part" id="broke-${trial.trial}" aria-label="What broke"><h2>What broke</h2>
<p class="statement">${trial.broke}</p>
${places.map((nth, n) => [nth !== undefined && heading(injected, n), faultFacts(context, trial, nth)])}
${evidence.length === 0 && markup`<p class="muted">The record holds no evidence that the fault took effect.</p>`}
</section>`;
}

/** Which of several faults, and how long after the first. */
function heading(injected: readonly EventOf<'fault.injected'>[], n: number): Markup {
  const since = ((injected[n]?.start ?? 0) - (injected[0]?.start ?? 0)) / 1000;
  return markup`<h3>Fault ${n + 1} of ${injected.length}${n > 0 && `, ${formatSeconds(since)} after the first`}</h3>`;
}

/** What was planned, injected, seen and undone: of one fault of several, or of the only one. */
function faultFacts(context: ReportContext, { trial }: Trial, nth: number | undefined): Markup {
  const { others } = context.record;
  const isMeant = (event: { readonly nth?: number | undefined }): boolean => nth === undefined || event.nth === nth;
  const evidence = select(others, 'fault.evidence', trial).filter(isMeant);
  const undone = select(others, 'fault.undone', trial).filter(isMeant);
  const planned = select(others, 'fault.planned', trial).filter(isMeant);
  const injected = select(others, 'fault.injected', trial).filter(isMeant);
  return markup`<ul class="facts">
${[...planned, ...injected].map((event) => markup`<li>${describeEvent(event)} ${evidenceLinks(context, [event.i])}</li>`)}
${evidence.map((event) => markup`<li>${verdictBadge(event.holds ? 'pass' : 'fail', event.holds ? 'Holds' : 'Does not hold')} ${event.text} <span class="muted">(${event.kind})</span> ${evidenceLinks(context, [event.i])}</li>`)}
${undone.map((event) => markup`<li>${verdictBadge(event.succeeded ? 'pass' : 'fail', event.succeeded ? 'Undone' : 'Not undone')} ${event.text} ${evidenceLinks(context, [event.i])}</li>`)}
</ul>`;
}
