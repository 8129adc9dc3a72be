import type { History } from '../core/history.ts';
import type { JournalOutage } from '../core/journal.ts';
import { boundsInSeconds, toSeconds } from './journal-seconds.ts';
import { firstBadSample, outagesOf, samplesOf } from './probe-outages.ts';

/** All outages of all probes of a trial, in the order in which they began. */
export function journalOutages(history: History): JournalOutage[] {
  return history
    .all('probe.defined')
    .flatMap(({ probe }) => {
      const samples = samplesOf(history, probe);
      return (outagesOf(history, probe)?.outages ?? []).map((outage): JournalOutage => ({
        probe,
        startSeconds: { low: toSeconds(Math.max(0, outage.start.low)), high: toSeconds(outage.start.high) },
        endSeconds: outage.isOpen ? null : { low: toSeconds(outage.end.low), high: toSeconds(outage.end.high) },
        durationSeconds: boundsInSeconds(outage.duration),
        badSamples: outage.badSamples,
        notes: [...outage.notes, ...(outage.isBlind ? ['the prober itself was stalled'] : [])],
        firstEvent: firstBadSample(samples, outage)?.i ?? 0,
      }));
    })
    .toSorted((a, b) => a.startSeconds.low - b.startSeconds.low);
}
