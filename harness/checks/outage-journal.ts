import type { Bounds } from '../core/bounds.ts';
import type { History } from '../core/history.ts';
import type { JournalOutage } from '../core/journal.ts';
import { firstBadSample, outagesOf, samplesOf } from './probe-outages.ts';

/** All outages of all probes of a trial, in the order in which they began. */
export function journalOutages(history: History): JournalOutage[] {
  return history
    .all('probe.defined')
    .flatMap(({ probe }) => {
      const samples = samplesOf(history, probe);
      return (outagesOf(history, probe)?.outages ?? []).map((outage): JournalOutage => ({
        probe,
        startSeconds: { low: seconds(Math.max(0, outage.start.low)), high: seconds(outage.start.high) },
        endSeconds: outage.isOpen ? null : { low: seconds(outage.end.low), high: seconds(outage.end.high) },
        durationSeconds: durationOf(outage.duration),
        badSamples: outage.badSamples,
        notes: [...outage.notes, ...(outage.isBlind ? ['the prober itself was stalled'] : [])],
        firstEvent: firstBadSample(samples, outage)?.i ?? 0,
      }));
    })
    .toSorted((a, b) => a.startSeconds.low - b.startSeconds.low);
}

function durationOf({ low, best, high }: Bounds): JournalOutage['durationSeconds'] {
  return {
    low: seconds(low),
    best: Number.isFinite(best) ? seconds(best) : null,
    high: Number.isFinite(high) ? seconds(high) : null,
  };
}

function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}
