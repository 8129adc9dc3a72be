import type { RunEvent } from '../../core/events.ts';
import type { Journal, Trial } from '../../core/journal.ts';
import { formatSeconds } from '../measurement.ts';
import { select } from '../record-view.ts';
import { dataTable } from './data-table.ts';
import { markup, type Markup } from './markup.ts';
import type { ReportContext } from './report-context.ts';

/** Where it ran, with what. */
export function environmentSection(context: ReportContext): Markup {
  const { journal, record } = context;
  const details = select(record.others, 'platform.ready').flatMap((event) => Object.entries(event.details));
  const entries = [...new Map([...Object.entries(journal.environment), ...details])];
  const rows = entries.map(([name, value]) => ({ cells: [name, value] }));
  return markup`<section class="part" aria-label="Environment"><h2>Environment</h2>
${dataTable('Environment', [{ title: 'What' }, { title: 'Value' }], rows)}
</section>`;
}

/** How to run it again, and how to recompute a number of this report by hand. */
export function reproduceSection(context: ReportContext): Markup {
  const { journal } = context;
  return markup`<section class="part" id="again" aria-label="Run it again"><h2>Run it again</h2>
<pre><code>${journal.command}</code></pre>
<p>Seed ${journal.seed}, harness ${journal.environment['harness'] ?? 'of the version above'}, run ${journal.runId}. The report can be made again from the record alone, without the system:</p>
<pre><code>npm run chaos -- report ${journal.runId}</code></pre>
${worked(context, journal)}
</section>`;
}

function worked(context: ReportContext, journal: Journal): Markup | null {
  for (const trial of journal.trials) {
    const example = recoveryByHand(context, trial);
    if (example !== null) return markup`<h3>Recompute the recovery time by hand</h3>${example}`;
  }
  return null;
}

/** The worked example with this run's own indexes; left out when the two events do not give the journal's bounds. */
function recoveryByHand(context: ReportContext, trial: Trial): Markup | null {
  const { all, others } = context.record;
  const injected = select(others, 'fault.injected', trial.trial)[0];
  const ending = trial.milestones.find((milestone) => milestone.endsRecovery);
  const measured = trial.recovery.measuredSeconds;
  const seen = ending?.evidence.map((index) => all[index]).find(isChange);
  if (injected === undefined || ending === undefined || seen === undefined || measured?.high == null) return null;
  const low = (seen.previousStart - injected.end) / 1000;
  const high = (seen.end - injected.start) / 1000;
  if (Math.abs(low - measured.low) > 0.002 || Math.abs(high - measured.high) > 0.002) return null;
  const trialName = context.journal.trials.length > 1 ? ` of trial ${trial.trial}` : '';
  return markup`<p>The recovery time${trialName} lies between two differences of two lines of the record:</p>
<pre><code>sed -n '${injected.i + 1}p;${seen.i + 1}p' events.ndjson</code></pre>
<ol class="steps">
<li>Event ${injected.i}, <code>${injected.type}</code>: the fault was injected between <code>start</code> = ${ms(injected.start)} and <code>end</code> = ${ms(injected.end)}.</li>
<li>Event ${seen.i}, <code>${seen.type}</code>, is the first that shows “${ending.title}”. The look before it began at <code>previousStart</code> = ${ms(seen.previousStart)} and did not show it; this one was answered at <code>end</code> = ${ms(seen.end)}.</li>
<li>At least: ${ms(seen.previousStart)} − ${ms(injected.end)} = <strong>${low.toFixed(3)} s</strong>. At most: ${ms(seen.end)} − ${ms(injected.start)} = <strong>${high.toFixed(3)} s</strong>. The estimate in this report is ${measured.best === null ? 'none' : formatSeconds(measured.best, (high - low) / 2)}.</li>
</ol>`;
}

type ChangeEvent = Extract<RunEvent, { previousStart: number }>;

function isChange(event: RunEvent | undefined): event is ChangeEvent {
  return event !== undefined && 'previousStart' in event;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
