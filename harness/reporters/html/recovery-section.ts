import { sentence } from '../../core/sentence.ts';
import type { Milestone, Trial } from '../../core/journal.ts';
import { formatBounds, formatMeasured, formatRecovery, formatSeconds, type MeasuredSeconds } from '../measurement.ts';
import { dataTable } from './data-table.ts';
import { markup, type Markup } from './markup.ts';
import { evidenceLinks, type ReportContext } from './report-context.ts';

/** One part of the recovery time: from the milestone before to this one. */
export interface Part {
  readonly milestone: Milestone;
  /** Seconds, as differences of rounded moments, so that the printed parts add up to the printed sum. */
  readonly seconds: number;
  readonly since: number;
}

/** How long until recovered: the phase bar, and what ended the clock and why. */
export function recoverySection(context: ReportContext, trial: Trial): Markup {
  const { recoveryEnds, objective } = context.journal;
  const parts = recoveryParts(trial.milestones);
  const unseen = trial.milestones.filter((milestone) => milestone.isOnPath && timeOf(milestone) === null);
  const beside = trial.milestones.filter(
    (milestone) => !parts.some((part) => part.milestone === milestone) && !unseen.includes(milestone),
  );
  const ending = trial.milestones.find((milestone) => milestone.endsRecovery);
  const clockStart = trial.milestones.find(({ id }) => id === recoveryEnds.from);
  return markup`<section class="part" id="recovery-${trial.trial}" aria-label="How long until recovered"><h2>How long until recovered</h2>
<p class="statement">${sentence(formatRecovery(trial, objective))} ${clockStart !== undefined && markup`The clock starts at “${clockStart.title}”. `}The clock stops at “${ending?.title ?? recoveryEnds.milestone}”, because ${recoveryEnds.because}.</p>
${parts.length > 0 && phaseBar(parts, unseen)}
${parts.length > 0 && phaseTable(context, parts, unseen, clockStart)}
${beside.length > 0 && besideTable(context, beside)}
</section>`;
}

function timeOf(milestone: Milestone): number | null {
  return milestone.sinceFaultSeconds?.best ?? null;
}

/** The parts on the way, up to the milestone that ends the recovery. */
export function recoveryParts(milestones: readonly Milestone[]): Part[] {
  const onPath = milestones
    .filter((milestone) => milestone.isOnPath && timeOf(milestone) !== null)
    .toSorted((a, b) => (timeOf(a) ?? 0) - (timeOf(b) ?? 0));
  const end = onPath.findIndex((milestone) => milestone.endsRecovery);
  const counted = end === -1 ? onPath : onPath.slice(0, end + 1);
  let before = 0;
  return counted.map((milestone) => {
    const since = Math.round((timeOf(milestone) ?? 0) * 100) / 100;
    const part = { milestone, seconds: since - before, since };
    before = since;
    return part;
  });
}

function phaseBar(parts: readonly Part[], unseen: readonly Milestone[]): Markup {
  const total = parts.at(-1)?.since ?? 0;
  const spoken = parts.map((part) => `${part.milestone.title}: ${formatSeconds(part.seconds)}`).join('; ');
  const segments = parts.map((part, n) => {
    const share = total === 0 ? 1 : part.seconds / total;
    const label = share > 0.14 && markup`<span class="phase-time">${formatSeconds(part.seconds)}</span>`;
    return markup`<span class="phase phase-${(n % 4) + 1}" style="flex-grow:${(share * 1000).toFixed(1)}" title="${part.milestone.title}: ${formatSeconds(part.seconds)}"><span class="phase-number">${n + 1}</span>${label}</span>`;
  });
  const open =
    unseen.length > 0 &&
    markup`<span class="phase phase-unseen" style="flex-grow:250"><span class="phase-time">not seen</span></span>`;
  return markup`<div class="phase-bar" role="img" aria-label="${spoken}">${segments}${open}</div>`;
}

function phaseTable(
  context: ReportContext,
  parts: readonly Part[],
  unseen: readonly Milestone[],
  clockStart: Milestone | undefined,
): Markup {
  const rows = parts.map((part, n) => ({
    cells: [
      markup`<span class="phase-key phase-${(n % 4) + 1}">${n + 1}</span> ${part.milestone.title}`,
      formatSeconds(part.seconds),
      markup`+${formatSeconds(part.since)} <span class="muted">${formatBounds(asRounded(part))}</span>`,
      evidenceLinks(context, part.milestone.evidence),
    ],
    ...(part.milestone.endsRecovery ? { className: 'is-total' } : {}),
  }));
  const missing = unseen.map((milestone) => ({
    cells: [milestone.title, 'not seen', '', evidenceLinks(context, milestone.evidence)],
  }));
  const hasEnded = parts.at(-1)?.milestone.endsRecovery === true;
  const columns = [
    { title: 'Until' },
    { title: 'Took', isNumber: true },
    { title: 'Since the fault', isNumber: true },
    { title: 'Evidence' },
  ];
  return markup`${dataTable('Phases on the way to recovery', columns, [...rows, ...missing])}
<p class="muted">${sumOf(parts, clockStart)}${hasEnded ? ', the recovery time.' : '; the recovery was not seen.'}</p>`;
}

/** What was as it should be before its cause was wholly gone took no time from then on. */
function sumOf(parts: readonly Part[], clockStart: Milestone | undefined): string {
  const end = parts.at(-1)?.since ?? 0;
  if (clockStart === undefined) return `The parts add up to ${formatSeconds(end)}`;
  const start = parts.find((part) => part.milestone === clockStart);
  const startedAt = timeOf(clockStart);
  if (start === undefined && startedAt !== null)
    return `All this was before “${clockStart.title}” (+${formatSeconds(startedAt)}), from which on it took ${formatSeconds(0)}`;
  return `The parts after “${clockStart.title}” add up to ${formatSeconds(end - (start?.since ?? 0))}`;
}

/** The bounds, wide enough for the moment as it is printed: rounded, it may lie beyond them. */
function asRounded({ milestone: { sinceFaultSeconds }, since }: Part): MeasuredSeconds | null {
  if (sinceFaultSeconds === null) return null;
  const { low, best, high } = sinceFaultSeconds;
  return { low: Math.min(low, since), best, high: high === null ? null : Math.max(high, since) };
}

function besideTable(context: ReportContext, beside: readonly Milestone[]): Markup {
  const rows = beside.map((milestone) => ({
    cells: [
      milestone.title,
      milestone.sinceFaultSeconds === null ? 'not seen' : markup`+${formatMeasured(milestone.sinceFaultSeconds)}`,
      evidenceLinks(context, milestone.evidence),
    ],
  }));
  const columns = [{ title: 'Milestone' }, { title: 'Since the fault', isNumber: true }, { title: 'Evidence' }];
  return markup`<h3>Beside the way</h3><p class="muted">These happened at the same time or afterwards and are no part of the sum.</p>
${dataTable('Milestones beside the way', columns, rows)}`;
}
