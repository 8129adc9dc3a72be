import type { Objective } from '../../core/events.ts';
import type { Trial } from '../../core/journal.ts';
import { formatLimit, formatMeasured } from '../measurement.ts';
import { markup, type Markup } from './markup.ts';
import { VERDICT_WORDS } from './verdict-badge.ts';

/** The measured recovery times with their bounds on one scale with the objective. */
export function recoveryGauge(trials: readonly Trial[], objective: Objective): Markup | null {
  const measured = trials.filter((trial) => trial.recovery.measuredSeconds !== null);
  if (measured.length === 0) return null;
  const ends = measured.map(
    (trial) => trial.recovery.measuredSeconds?.high ?? trial.recovery.measuredSeconds?.low ?? 0,
  );
  const span = Math.max(objective.recoverySeconds * 1.12, ...ends.map((end) => end * 1.06));
  const x = (seconds: number): string => `${((Math.min(seconds, span) / span) * 100).toFixed(3)}%`;
  const limit = objective.recoverySeconds;
  const sentences = measured.map((trial) => formatMeasured(trial.recovery.measuredSeconds)).join(', ');
  return markup`<svg class="gauge" role="img" width="100%" height="62" aria-label="Measured: ${sentences}; objective: at most ${formatLimit(limit)}.">
<rect class="gauge-within" x="0" y="24" width="${x(limit)}" height="14"/>
<rect class="gauge-over" x="${x(limit)}" y="24" width="${((1 - limit / span) * 100).toFixed(3)}%" height="14"/>
${expectedTick(objective, x)}
${measured.length === 1 && markup`<rect class="gauge-elapsed is-${measured[0]?.recovery.verdict ?? 'unknown'}" x="0" y="24" width="${x(measured[0]?.recovery.measuredSeconds?.best ?? span)}" height="14"/>`}
${measured.map((trial) => gaugeMark(trial, x, span))}
<line class="gauge-limit" x1="${x(limit)}" x2="${x(limit)}" y1="16" y2="46"/>
<text class="gauge-text strong" x="${x(limit)}" dx="-6" y="58" text-anchor="end">objective ${formatLimit(limit)}</text>
<text class="gauge-text" x="0" y="58">${trials[0]?.recovery.clockStartsAtSeconds === undefined ? 'fault' : 'cause removed'}</text>
</svg>`;
}

function expectedTick(objective: Objective, x: (seconds: number) => string): Markup | null {
  const expected = objective.expectedSeconds;
  if (expected === undefined || expected <= 0 || expected >= objective.recoverySeconds) return null;
  const at = x(expected);
  return markup`<line class="gauge-expected" x1="${at}" x2="${at}" y1="24" y2="46"/><text class="gauge-text is-expected" x="${at}" dx="4" y="58">expected ${formatLimit(expected)}</text>`;
}

function gaugeMark(trial: Trial, x: (seconds: number) => string, span: number): Markup | null {
  const measured = trial.recovery.measuredSeconds;
  if (measured === null) return null;
  const high = measured.high ?? span;
  const best = measured.best ?? measured.low;
  const width = (((Math.min(high, span) - measured.low) / span) * 100).toFixed(3);
  const verdict = trial.recovery.verdict;
  return markup`<g class="is-${verdict}"><title>Trial ${trial.trial}: ${VERDICT_WORDS[verdict]}, ${formatMeasured(measured)}</title>
<rect class="gauge-bounds" x="${x(measured.low)}" y="20" width="${width}%" height="22"/>
${measured.best === null && markup`<text class="gauge-text" x="${x(measured.low)}" dx="6" y="14">not seen to end</text>`}
<svg x="${x(best)}" y="31" overflow="visible"><path class="gauge-mark" d="M0-15l6-6h-12zM-1-15h2v26h-2z"/></svg></g>`;
}
