import type { EventOf } from '../../../core/events.ts';
import type { JournalOutage, Trial } from '../../../core/journal.ts';
import { formatBest, formatCount, formatMany, formatMeasured } from '../../measurement.ts';
import type { RecordView } from '../../record-view.ts';
import { markup, type Markup } from '../markup.ts';
import { bar, type Lane } from './lane.ts';
import { isInside, type TimeAxis } from './time-axis.ts';

/** The samples of one probe in equal slices of the axis. */
export interface BinnedProbe {
  readonly probe: string;
  readonly good: Uint32Array;
  readonly bad: Uint32Array;
  /** Longest answer of a good sample in the slice, in milliseconds. */
  readonly worstMs: Float64Array;
}

/** Every sample of the trial, each put into its slice once. */
export function binSamples(record: RecordView, trial: Trial, axis: TimeAxis): BinnedProbe[] {
  const own = record.samplesOf(trial.trial);
  // Probes that run across all trials write into trial 0.
  const samples = own.length > 0 ? own : record.samplesOf(0);
  const probes = new Map<string, BinnedProbe>();
  for (const sample of samples) {
    if (!isInside(axis, sample.intended)) continue;
    addSample(probes, sample, axis);
  }
  return [...probes.values()].toSorted((a, b) => (a.probe < b.probe ? -1 : 1));
}

function binOf(axis: TimeAxis, atMs: number): number {
  const share = (atMs - axis.startMs) / (axis.endMs - axis.startMs);
  return Math.min(axis.slices - 1, Math.floor(share * axis.slices));
}

function addSample(probes: Map<string, BinnedProbe>, sample: EventOf<'sample'>, axis: TimeAxis): void {
  const bin = binOf(axis, sample.intended);
  let binned = probes.get(sample.probe);
  if (binned === undefined) {
    binned = {
      probe: sample.probe,
      good: new Uint32Array(axis.slices),
      bad: new Uint32Array(axis.slices),
      worstMs: new Float64Array(axis.slices),
    };
    probes.set(sample.probe, binned);
  }
  const counts = sample.ok ? binned.good : binned.bad;
  counts[bin] = (counts[bin] ?? 0) + 1;
  if (sample.ok) binned.worstMs[bin] = Math.max(binned.worstMs[bin] ?? 0, sample.end - sample.start);
}

/** A thin line while good, ticks where bad, and the outages of the journal as bars with their bounds. */
export function probeLanes(probes: readonly BinnedProbe[], trial: Trial, axis: TimeAxis): Lane[] {
  return probes.map((binned) => probeLane(binned, trial, axis));
}

function probeLane(binned: BinnedProbe, trial: Trial, axis: TimeAxis): Lane {
  const outages = trial.outages.filter((outage) => outage.probe === binned.probe);
  const bad = binned.bad.reduce((sum, count) => sum + count, 0);
  const all = bad + binned.good.reduce((sum, count) => sum + count, 0);
  const goodRuns = runs(axis, binned, (bin) => (binned.good[bin] ?? 0) > 0);
  const badRuns = runs(axis, binned, (bin) => (binned.bad[bin] ?? 0) > 0);
  return {
    label: binned.probe,
    note: markup`<span class="lane-note">${formatCount(bad)} of ${formatCount(all)} bad</span>`,
    heightPx: 24,
    sentence: `Probe ${binned.probe}: ${formatCount(bad)} of ${formatMany(all, 'sample')} bad, ${formatMany(outages.length, 'outage')}.`,
    content: [
      goodRuns.map(([fromMs, toMs]) => bar(axis, { fromMs, toMs, className: 'good', title: 'good samples' }, 10, 4)),
      badRuns.map(([fromMs, toMs]) =>
        bar(axis, { fromMs, toMs, className: 'bad-samples', title: 'bad samples' }, 6, 12),
      ),
      outages.map((outage) => outageBar(outage, axis)),
    ],
  };
}

/** Neighbouring slices for which it holds, as times. Empty slices between two good samples do not interrupt a run. */
function runs(axis: TimeAxis, binned: BinnedProbe, holds: (bin: number) => boolean): [number, number][] {
  const width = (axis.endMs - axis.startMs) / axis.slices;
  const found: [number, number][] = [];
  let canExtend = false;
  for (let bin = 0; bin < axis.slices; bin += 1) {
    const toMs = axis.startMs + (bin + 1) * width;
    const last = found.at(-1);
    if (holds(bin)) {
      if (canExtend && last !== undefined) last[1] = toMs;
      else found.push([toMs - width, toMs]);
      canExtend = true;
    } else if ((binned.good[bin] ?? 0) + (binned.bad[bin] ?? 0) > 0) {
      canExtend = false;
    }
  }
  return found;
}

function outageBar(outage: JournalOutage, axis: TimeAxis): (Markup | null)[] {
  const { startSeconds: start, endSeconds: end } = outage;
  const title = `Outage of ${outage.probe}: ${formatMeasured(outage.durationSeconds)}, ${formatMany(outage.badSamples, 'bad sample')}`;
  const endLow = end === null ? axis.endMs : end.low * 1000;
  const endHigh = end === null ? axis.endMs : end.high * 1000;
  return [
    bar(axis, { fromMs: start.low * 1000, toMs: endHigh, className: 'outage-bounds', title }, 4, 16),
    endLow > start.high * 1000
      ? bar(
          axis,
          {
            fromMs: start.high * 1000,
            toMs: endLow,
            className: 'outage',
            title,
            label: formatBest(outage.durationSeconds),
          },
          4,
          16,
        )
      : null,
  ];
}
