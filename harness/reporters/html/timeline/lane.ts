import { markup, type Markup, type MarkupValue } from '../markup.ts';
import { isInside, position, type TimeAxis } from './time-axis.ts';

/** One row of the time axis: a label beside a strip of inline SVG whose x positions are per cent of the axis. */
export interface Lane {
  readonly label: string;
  readonly note?: MarkupValue;
  readonly heightPx: number;
  /** The lane in one sentence, for those who cannot see it. */
  readonly sentence: string;
  readonly content: MarkupValue;
  /** The position of this chart in the data for the zoomable version. */
  readonly chart?: number;
}

function renderLane(lane: Lane): Markup {
  const chart = lane.chart !== undefined && markup` data-chart="${lane.chart}"`;
  return markup`<div class="lane"${chart}><div class="lane-label"><span class="lane-name">${lane.label}</span>${lane.note}</div>
<div class="lane-track"><svg class="track" role="img" width="100%" height="${lane.heightPx}" aria-label="${lane.sentence}">${lane.content}</svg></div></div>
`;
}

export function laneGroup(title: string, lanes: readonly Lane[], remark: MarkupValue = null): Markup | null {
  if (lanes.length === 0 && (remark === null || remark === '')) return null;
  return markup`<h4 class="lane-group">${title}</h4>${lanes.map(renderLane)}${remark !== null && remark !== '' && markup`<p class="lane-remark">${remark}</p>`}`;
}

export interface Bar {
  readonly fromMs: number;
  readonly toMs: number;
  readonly className: string;
  readonly title: string;
  /** Shown inside the bar, cut off where it does not fit. */
  readonly label?: string;
}

/** Bars wider than this share of the axis carry their label. */
const LABEL_FROM_PERCENT = 5;

/** A bar of the lane, cut at the ends of the axis; null when all of it is outside. */
export function bar(axis: TimeAxis, { fromMs, toMs, className, title, label }: Bar, y = 4, height = 16): Markup | null {
  if (!isInside(axis, fromMs, toMs)) return null;
  const x = position(axis, fromMs);
  const width = Number((position(axis, toMs) - x).toFixed(3));
  const text =
    label !== undefined &&
    width >= LABEL_FROM_PERCENT &&
    markup`<svg x="${x}%" y="${y}" width="${width}%" height="${height}"><text class="bar-label ${className}" x="5" y="${height - 4.5}">${label}</text></svg>`;
  return markup`<rect class="${className}" x="${x}%" y="${y}" width="${width}%" height="${height}"><title>${title}</title></rect>${text}`;
}

/** A small diamond at one moment. */
export function marker(axis: TimeAxis, atMs: number, className: string, title: string): Markup | null {
  if (!isInside(axis, atMs)) return null;
  return markup`<svg x="${position(axis, atMs)}%" y="12" overflow="visible"><path class="${className}" d="M0-7l6 7-6 7-6-7z"><title>${title}</title></path></svg>`;
}
