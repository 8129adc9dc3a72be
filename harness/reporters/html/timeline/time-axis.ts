import type { Trial } from '../../../core/journal.ts';
import { select, type RecordView } from '../../record-view.ts';

/** The one time axis of a trial. Moments are milliseconds of the run; people read seconds from the fault. */
export interface TimeAxis {
  readonly startMs: number;
  readonly endMs: number;
  /** The fault, or the start where there was none. */
  readonly zeroMs: number;
  readonly hasFault: boolean;
  /** Into how many slices samples are put for drawing. */
  readonly slices: number;
}

/** The faults of a compound failure after the first one, in milliseconds of the run. */
export function laterFaults(record: RecordView, trial: Trial): { readonly atMs: number; readonly fault: string }[] {
  const [, ...later] = select(record.others, 'fault.injected', trial.trial);
  return later.map(({ start, fault }) => ({ atMs: start, fault }));
}

/** From the steady state to the end of the verification, whatever else the record holds; null without any event. */
export function axisOf(record: RecordView, trial: Trial, trialCount: number): TimeAxis | null {
  const own = record.others.filter((event) => event.trial === trial.trial);
  const samples = record.samplesOf(trial.trial);
  const times = [own[0]?.t, own.at(-1)?.t, samples[0]?.t, samples.at(-1)?.t].filter((time) => time !== undefined);
  if (times.length === 0) return null;
  const phases = select(own, 'phase');
  const steady =
    phases.find((event) => event.name === 'steady-state') ?? phases.find((event) => event.name === 'workload');
  const teardown = phases.find((event) => event.name === 'teardown');
  const startMs = steady?.t ?? Math.min(...times);
  const endMs = Math.max(startMs + 1, teardown?.t ?? Math.max(...times));
  const hasFault = trial.faultAtSeconds !== null;
  const zeroMs = hasFault ? (trial.faultAtSeconds ?? 0) * 1000 : startMs;
  return { startMs, endMs, zeroMs, hasFault, slices: sliceCount(trialCount) };
}

/** About two pixels each on a wide screen; fewer with many trials, so that the file stays small enough to be sent. */
function sliceCount(trialCount: number): number {
  return Math.max(120, Math.min(480, Math.floor(1920 / trialCount)));
}

/** Where a moment lies on the axis, in per cent from the left, held inside it. */
export function position(axis: TimeAxis, atMs: number): number {
  const share = ((atMs - axis.startMs) / (axis.endMs - axis.startMs)) * 100;
  return Number(Math.min(100, Math.max(0, share)).toFixed(3));
}

export function isInside(axis: TimeAxis, fromMs: number, toMs = fromMs): boolean {
  return toMs >= axis.startMs && fromMs <= axis.endMs;
}

/** Seconds from the fault, for labels and for the zoomable charts. */
export function sinceZero(axis: TimeAxis, atMs: number): number {
  return Number(((atMs - axis.zeroMs) / 1000).toFixed(3));
}

const STEPS_SECONDS = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400,
];
const MOST_TICKS = 8;

/** The seconds from the fault at which the axis has a line. */
export function ticks(axis: TimeAxis): number[] {
  const from = (axis.startMs - axis.zeroMs) / 1000;
  const to = (axis.endMs - axis.zeroMs) / 1000;
  const step = STEPS_SECONDS.find((candidate) => (to - from) / candidate <= MOST_TICKS) ?? 604_800;
  const first = Math.ceil(from / step);
  const count = Math.floor(to / step) - first + 1;
  return Array.from({ length: Math.min(count, 100) }, (_, n) => (first + n) * step);
}

/** `+10 s`, `−0.5 s`, and `+2:30` where the axis is longer than three minutes. */
export function tickLabel(axis: TimeAxis, seconds: number): string {
  if (seconds === 0) return '0';
  const sign = seconds < 0 ? '−' : '+';
  const amount = Math.abs(seconds);
  if (axis.endMs - axis.startMs <= 180_000) return `${sign}${Number(amount.toFixed(1))} s`;
  const minutes = Math.floor(amount / 60);
  const rest = String(Math.round(amount % 60)).padStart(2, '0');
  if (minutes < 120) return `${sign}${minutes}:${rest}`;
  return `${sign}${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')}`;
}
