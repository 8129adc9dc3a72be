import type { EventOf } from '../../../core/events.ts';
import type { Trial } from '../../../core/journal.ts';
import { countIn } from '../../../core/sequence.ts';
import { select, type RecordView } from '../../record-view.ts';
import type { BinnedProbe } from './probe-lanes.ts';
import { sinceZero, type TimeAxis } from './time-axis.ts';

/** How a line is drawn; told apart by dash and weight as well as by colour. */
type LineStyle = 'first' | 'second' | 'third' | 'fourth' | 'bad';

export interface Series {
  readonly label: string;
  readonly style: LineStyle;
  /** Counts change in steps; a latency is drawn from point to point; failures are bars. */
  readonly shape: 'line' | 'steps' | 'bars';
  readonly values: readonly (number | null)[];
}

/** One chart: seconds from the fault, and for each series a value or null at each of them. */
export interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly x: readonly number[];
  readonly series: readonly Series[];
}

const STYLES: readonly LineStyle[] = ['first', 'second', 'third', 'fourth'];
const MOST_POINTS = 600;

/** The charts of a trial: load latency, load failures, delivery progress, probe latency; those without data are left out. */
export function chartsOf(record: RecordView, trial: Trial, probes: readonly BinnedProbe[], axis: TimeAxis): Chart[] {
  const loads = thinned(
    select(record.others, 'load', trial.trial).filter((event) => event.from >= axis.startMs && event.to <= axis.endMs),
  );
  return [...loadCharts(loads, axis), ...progressChart(record, trial, axis), ...latencyChart(probes, axis)];
}

/** Seconds of load joined until there are few enough; latencies keep the worst of what is joined, counts add up. */
function thinned(loads: readonly EventOf<'load'>[]): readonly EventOf<'load'>[] {
  const each = Math.ceil(loads.length / MOST_POINTS);
  if (each <= 1) return loads;
  const joined: EventOf<'load'>[] = [];
  for (let n = 0; n < loads.length; n += each) {
    const [first, ...others] = loads.slice(n, n + each);
    if (first !== undefined) joined.push(others.reduce(join, first));
  }
  return joined;
}

function join(a: EventOf<'load'>, b: EventOf<'load'>): EventOf<'load'> {
  return {
    ...a,
    to: b.to,
    requests: a.requests + b.requests,
    failed: a.failed + b.failed,
    p50Ms: Math.max(a.p50Ms, b.p50Ms),
    p95Ms: Math.max(a.p95Ms, b.p95Ms),
    maxMs: Math.max(a.maxMs, b.maxMs),
  };
}

function loadCharts(loads: readonly EventOf<'load'>[], axis: TimeAxis): Chart[] {
  if (loads.length === 0) return [];
  const x = loads.map((event) => sinceZero(axis, (event.from + event.to) / 2));
  const line = (label: string, style: LineStyle, pick: (event: EventOf<'load'>) => number): Series => ({
    label,
    style,
    shape: 'line',
    values: loads.map((event) => round(pick(event))),
  });
  const perSecond = (event: EventOf<'load'>, count: number): number =>
    (count * 1000) / Math.max(1, event.to - event.from);
  return [
    {
      title: 'load latency',
      unit: 'ms',
      x,
      series: [
        line('worst', 'third', (event) => event.maxMs),
        line('p95', 'second', (event) => event.p95Ms),
        line('median', 'first', (event) => event.p50Ms),
      ],
    },
    { title: 'load', unit: '/s', x, series: [line('requests', 'first', (event) => perSecond(event, event.requests))] },
    {
      title: 'load failures',
      unit: '/s',
      x,
      series: [{ ...line('failed', 'bad', (event) => perSecond(event, event.failed)), shape: 'bars' }],
    },
  ];
}

/** What the destination held and what the source had produced, for the connections that carried records. */
function progressChart(record: RecordView, trial: Trial, axis: TimeAxis): Chart[] {
  const looks = select(record.others, 'delivery', trial.trial).filter(
    (event) => event.end >= axis.startMs && event.end <= axis.endMs,
  );
  const connections = [...new Set(looks.map((event) => event.connectionId))].slice(0, 2);
  if (connections.length === 0) return [];
  const curves = connections.flatMap((connectionId, n) => {
    const name =
      trial.deliveries.find((delivery) => delivery.connectionId === connectionId)?.connectionName ?? connectionId;
    const suffix = connections.length > 1 ? `, ${name}` : '';
    const delivered = looks
      .filter((event) => event.connectionId === connectionId)
      .map((event) => [event.end, event.rows] as const);
    return [
      { label: `in destination${suffix}`, style: STYLES[n * 2] ?? 'first', points: sparse(delivered) },
      {
        label: `produced${suffix}`,
        style: STYLES[n * 2 + 1] ?? 'second',
        points: produced(record, connectionId, axis),
      },
    ];
  });
  const moments = [...new Set(curves.flatMap((curve) => curve.points.map(([atMs]) => atMs)))].toSorted((a, b) => a - b);
  return [
    {
      title: 'records',
      unit: '',
      x: moments.map((atMs) => sinceZero(axis, atMs)),
      series: curves.map(({ label, style, points }) => {
        const values = new Map(points);
        return { label, style, shape: 'steps', values: moments.map((atMs) => values.get(atMs) ?? null) };
      }),
    },
  ];
}

type Point = readonly [atMs: number, value: number];

/** A count that stands still needs only the ends of the stretch. */
function sparse(points: readonly Point[]): readonly Point[] {
  const moving = points.filter((point, n) => point[1] !== points[n - 1]?.[1] || point[1] !== points[n + 1]?.[1]);
  const each = Math.ceil(moving.length / MOST_POINTS);
  return moving.filter((_, n) => n % each === 0 || n === moving.length - 1);
}

function produced(record: RecordView, connectionId: string, axis: TimeAxis): readonly Point[] {
  let total = 0;
  const points: Point[] = [];
  for (const event of select(record.others, 'source.rows')) {
    if (event.connectionId !== connectionId || event.end > axis.endMs) continue;
    total += countIn(event.rows);
    points.push([Math.max(event.end, axis.startMs), total]);
  }
  const inside = sparse(points.filter((point, n) => points[n + 1]?.[0] !== point[0]));
  return total === 0 ? [] : [...inside, [axis.endMs, total]];
}

/** The longest answer of a good sample in each slice; bad ones are in the lanes above. */
function latencyChart(probes: readonly BinnedProbe[], axis: TimeAxis): Chart[] {
  if (probes.length === 0) return [];
  const slowestFirst = probes
    .toSorted((a, b) => Math.max(...b.worstMs) - Math.max(...a.worstMs))
    .slice(0, STYLES.length);
  const width = (axis.endMs - axis.startMs) / axis.slices;
  return [
    {
      title: 'probe latency',
      unit: 'ms',
      x: Array.from({ length: axis.slices }, (_, bin) => sinceZero(axis, axis.startMs + (bin + 0.5) * width)),
      series: slowestFirst.map((binned, n) => ({
        label: binned.probe,
        style: STYLES[n] ?? 'first',
        shape: 'line',
        values: Array.from(binned.worstMs, (worst, bin) => ((binned.good[bin] ?? 0) > 0 ? round(worst) : null)),
      })),
    },
  ];
}

function round(value: number): number {
  return Number(value.toFixed(value < 10 ? 2 : 1));
}
