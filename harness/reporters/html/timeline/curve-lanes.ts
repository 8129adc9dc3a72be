import { formatCount } from '../../measurement.ts';
import { markup, trusted, type Markup, type MarkupValue } from '../markup.ts';
import type { Lane } from './lane.ts';
import type { Chart, Series } from './series.ts';
import type { TimeAxis } from './time-axis.ts';

const HEIGHT_PX = 92;

/** The charts as static pictures: what stands in print and where scripts are off. */
export function curveLanes(charts: readonly Chart[], axis: TimeAxis): Lane[] {
  return charts.map((chart, n) => curveLane(chart, n, axis));
}

function curveLane(chart: Chart, n: number, axis: TimeAxis): Lane {
  const top = niceCeiling(largest(chart));
  const highs = chart.series.map(
    (series) => `${series.label} up to ${withUnit(largest({ ...chart, series: [series] }), chart.unit)}`,
  );
  return {
    label: chart.title,
    note: markup`<span class="legend">${chart.series.map(legendEntry)}</span>`,
    heightPx: HEIGHT_PX,
    sentence: `${chart.title}: ${highs.join(', ')}.`,
    chart: n,
    content: [
      [0.5, 1].map((share) => gridLine(share, top, chart.unit)),
      markup`<svg viewBox="0 0 1000 100" preserveAspectRatio="none" width="100%" height="${HEIGHT_PX}">${chart.series.map((series) => curve(chart, series, top, axis))}</svg>`,
    ],
  };
}

function legendEntry(series: Series): Markup {
  return markup`<span class="legend-entry"><svg class="legend-line" viewBox="0 0 18 8" aria-hidden="true"><path class="curve is-${series.style}" d="M0 4h18"/></svg>${series.label} <output class="series-value"></output></span>`;
}

function gridLine(share: number, top: number, unit: string): Markup {
  const y = HEIGHT_PX - share * (HEIGHT_PX - 10);
  return markup`<line class="value-line" x1="0" x2="100%" y1="${y}" y2="${y}"/><text class="value-label" x="3" y="${y + 11}">${withUnit(top * share, unit)}</text>`;
}

function withUnit(value: number, unit: string): string {
  const amount = formatCount(Number(value.toFixed(value < 10 ? 1 : 0)));
  return unit === '' ? amount : `${amount} ${unit}`;
}

function largest(chart: Chart): number {
  let most = 0;
  for (const series of chart.series)
    for (const value of series.values) if (value !== null && value > most) most = value;
  return most;
}

/** The next 1, 2, 2.5 or 5 times a power of ten. */
function niceCeiling(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= value) ?? 10) * power;
}

/** Numbers only, so the path needs no escaping. */
function curve(chart: Chart, series: Series, top: number, axis: TimeAxis): MarkupValue {
  const span = (axis.endMs - axis.startMs) / 1000;
  const from = (axis.startMs - axis.zeroMs) / 1000;
  const usable = 100 * (1 - 10 / HEIGHT_PX);
  const points = series.values.map((value, n) => {
    const x = (((chart.x[n] ?? 0) - from) / span) * 1000;
    return value === null ? null : ([x.toFixed(1), (100 - (value / top) * usable).toFixed(1), value] as const);
  });
  const path = trusted(draw(points, series.shape));
  return markup`<path class="curve is-${series.style}" vector-effect="non-scaling-stroke" d="${path}"/>`;
}

type PathPoint = readonly [x: string, y: string, value: number] | null;

function draw(points: readonly PathPoint[], shape: Series['shape']): string {
  switch (shape) {
    case 'bars':
      return points.map((point) => (point === null || point[2] === 0 ? '' : `M${point[0]} 100V${point[1]}`)).join('');
    case 'steps':
      return points
        .filter((point) => point !== null)
        .map(([x, y], n) => (n === 0 ? `M${x} ${y}` : `H${x}V${y}`))
        .join('');
    case 'line':
      return points
        .map((point, n) => (point === null ? '' : `${points[n - 1] == null ? 'M' : 'L'}${point[0]} ${point[1]}`))
        .join('');
    default:
      return shape satisfies never;
  }
}
