import type { Trial } from '../../../core/journal.ts';
import { formatLimit, formatMeasured } from '../../measurement.ts';
import { inlineJson, markup, type Markup, type MarkupValue } from '../markup.ts';
import type { ReportContext } from '../report-context.ts';
import { curveLanes } from './curve-lanes.ts';
import { alertLane, jobLanes, milestoneLane, stepLane } from './job-lanes.ts';
import { laneGroup } from './lane.ts';
import { binSamples, probeLanes } from './probe-lanes.ts';
import { chartsOf } from './series.ts';
import { componentLanes, leaderLanes } from './state-lanes.ts';
import { axisOf, isInside, laterFaults, position, sinceZero, tickLabel, ticks, type TimeAxis } from './time-axis.ts';

/** Everything on one time axis: a static picture, which scripts make zoomable. */
export function timelineSection(context: ReportContext, trial: Trial): Markup {
  const axis = axisOf(context.record, trial, context.journal.trials.length);
  const heading = markup`<h2>Everything on one time axis</h2>`;
  if (axis === null) {
    return markup`<section class="part" id="axis-${trial.trial}" aria-label="Time axis">${heading}<p class="muted">The record holds no events of this trial.</p></section>`;
  }
  return markup`<section class="part" id="axis-${trial.trial}" aria-label="Time axis">${heading}
<p class="muted">${zeroInWords(context, trial, axis)}</p>
${legend()}
${figure(context, trial, axis)}
</section>`;
}

function zeroInWords({ record }: ReportContext, trial: Trial, axis: TimeAxis): string {
  if (!axis.hasFault) return 'Zero is the first event: no fault was injected.';
  const later = laterFaults(record, trial);
  const fault = later.length === 0 ? 'the fault' : `the first of ${later.length + 1} faults`;
  return `Zero is the injection of ${fault}. The shaded stretch is the recovery time.`;
}

function legend(): Markup {
  const key = (className: string, word: string): Markup =>
    markup`<span class="key"><svg width="22" height="14" aria-hidden="true"><rect class="${className}" x="1" y="1" width="20" height="12"/></svg>${word}</span>`;
  return markup`<p class="keys">${key('ready', 'ready, succeeded')}${key('waiting', 'starting, running')}${key('down', 'down, failed')}${key('outage', 'outage')}${key('outage-bounds', 'its bounds')}</p>`;
}

function figure(context: ReportContext, trial: Trial, axis: TimeAxis): Markup {
  const { record } = context;
  const probes = binSamples(record, trial, axis);
  const charts = chartsOf(record, trial, probes, axis);
  const components = componentLanes(record, axis);
  const jobs = jobLanes(trial, axis);
  const dataId = `timeline-data-${trial.trial}`;
  const span = { from: sinceZero(axis, axis.startMs), to: sinceZero(axis, axis.endMs), charts };
  return markup`<figure class="timeline" data-source="${dataId}">
<p class="timeline-tools" hidden><button type="button" data-do="in">Zoom in</button><button type="button" data-do="out">Zoom out</button><button type="button" data-do="back">← Earlier</button><button type="button" data-do="on">Later →</button><button type="button" data-do="all">Show all</button><span class="muted">or drag across the picture; double-click shows all</span></p>
<div class="lanes">
${backdrop(context, trial, axis)}
${axisHead(trial, axis, context)}
${laneGroup('Recovery', [...milestoneLane(trial, axis), ...stepLane(record, trial, axis)])}
${laneGroup('Jobs, by attempt', jobs.lanes, jobs.remark)}
${laneGroup('Probes', probeLanes(probes, trial, axis))}
${laneGroup('Components', components.lanes, components.remark)}
${laneGroup('Leaders and alerts', [...leaderLanes(record, axis), ...alertLane(record, trial, axis)])}
${laneGroup('Progress and latency', curveLanes(charts, axis))}
</div>
${inlineJson(dataId, span)}
</figure>`;
}

/** What lies behind all lanes. Boxes, not SVG: only boxes continue on the next page when the picture is printed. */
function backdrop({ record }: ReportContext, trial: Trial, axis: TimeAxis): Markup {
  const end = recoveredAt(trial, axis);
  const zero = position(axis, clockStart(trial, axis));
  const width = Number((position(axis, end ?? axis.endMs) - zero).toFixed(3));
  const line = (className: string, atMs: number): Markup | null =>
    isInside(axis, atMs) ? markup`<div class="${className}" style="left:${position(axis, atMs)}%"></div>` : null;
  return markup`<div class="lane-backdrop" aria-hidden="true"><div class="track">${axis.hasFault && markup`<div class="recovery-band" style="left:${zero}%;width:${width}%"></div>`}<div class="tick-lines">${ticks(axis).map((seconds) => line('tick-line', axis.zeroMs + seconds * 1000))}</div>${axis.hasFault && line('fault-line', axis.zeroMs)}${laterFaults(record, trial).map(({ atMs }) => line('fault-line', atMs))}${end !== null && line('recovered-line', end)}</div><div class="lane-cursor" hidden></div><div class="lane-selection" hidden></div></div>`;
}

function recoveredAt(trial: Trial, axis: TimeAxis): number | null {
  const best = trial.recovery.measuredSeconds?.best;
  return axis.hasFault && typeof best === 'number' ? clockStart(trial, axis) + best * 1000 : null;
}

/** Where the clock of the recovery starts: at the fault, or where its cause was removed. */
function clockStart(trial: Trial, axis: TimeAxis): number {
  const { clockStartsAtSeconds } = trial.recovery;
  return clockStartsAtSeconds === undefined ? axis.zeroMs : clockStartsAtSeconds * 1000;
}

/** The scale above the lanes, with the names of the fault, the recovery and the objective. */
function axisHead(trial: Trial, axis: TimeAxis, context: ReportContext): Markup {
  const limit = context.journal.objective.recoverySeconds;
  const end = recoveredAt(trial, axis);
  const limitMs = clockStart(trial, axis) + limit * 1000;
  return markup`<div class="lane lane-head"><div class="lane-label"><span class="lane-name cursor-time"></span></div><div class="lane-track"><svg class="track" width="100%" height="62" aria-hidden="true">
${faultNames(context, trial, axis)}
${end !== null && label(axis, end, 29, 'recovered-name', `recovered ${formatMeasured(trial.recovery.measuredSeconds)}`)}
${axis.hasFault && isInside(axis, limitMs) && label(axis, limitMs, 13, 'objective-name', `objective ${formatLimit(limit)}`)}
<g class="tick-labels">${ticks(axis).map((seconds) => tick(axis, seconds))}</g></svg></div></div>`;
}

/** The first fault by that word alone; of several, each that stands far enough from the one before to be read, with its place. */
function faultNames({ record }: ReportContext, trial: Trial, axis: TimeAxis): MarkupValue {
  if (!axis.hasFault) return null;
  const all = [axis.zeroMs, ...laterFaults(record, trial).map(({ atMs }) => atMs)];
  if (all.length === 1) return label(axis, axis.zeroMs, 13, 'fault-name', 'fault');
  const groups: number[][] = [];
  for (const atMs of all) {
    const last = groups.at(-1);
    const isNear = last?.[0] !== undefined && position(axis, atMs) - position(axis, last[0]) < NAME_PERCENT;
    if (last !== undefined && isNear) last.push(atMs);
    else groups.push([atMs]);
  }
  let place = 0;
  return groups.map((group) => {
    const first = place + 1;
    place += group.length;
    const name = first === place ? `fault ${first}` : `faults ${first}–${place}`;
    return label(axis, group[0] ?? axis.zeroMs, 13, 'fault-name', name);
  });
}

/** Two names nearer than this share of the axis would be written over each other. */
const NAME_PERCENT = 9;

/** A name beside its line, on the side where there is room. */
function label(axis: TimeAxis, atMs: number, y: number, className: string, text: string): Markup {
  const x = position(axis, atMs);
  const isRight = x > 70;
  return markup`<text class="axis-name ${className}" x="${x}%" dx="${isRight ? -5 : 5}" y="${y}" text-anchor="${isRight ? 'end' : 'start'}">${isRight ? `${text} ▾` : `▾ ${text}`}</text>`;
}

function tick(axis: TimeAxis, seconds: number): Markup {
  const x = position(axis, axis.zeroMs + seconds * 1000);
  const anchor = x < 3 ? 'start' : x > 97 ? 'end' : 'middle';
  return markup`<text class="tick-label" x="${x}%" y="53" text-anchor="${anchor}">${tickLabel(axis, seconds)}</text>`;
}
