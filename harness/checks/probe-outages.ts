import type { EventOf } from '../core/events.ts';
import type { History } from '../core/history.ts';
import { findOutages, type Outage, type OutageReport } from '../core/outages/outages.ts';

/** What the samples of one probe of a trial showed, or undefined when there is no such probe. */
export function outagesOf(history: History, probe: string): OutageReport | undefined {
  const defined = history.latest('probe.defined', (event) => event.probe === probe);
  if (defined === undefined) return undefined;
  return findOutages(samplesOf(history, probe), { everyMs: defined.everyMs, health: history.all('prober') });
}

export function samplesOf(history: History, probe: string): EventOf<'sample'>[] {
  return history.all('sample').filter((sample) => sample.probe === probe);
}

/**
 * A time in which nothing was asked, longer than `longestMs`: an outage of that length would not have been seen. From `fromMs` until the verification, where
 * probes begin to be put away, or the end of the record where it has none; the next sample after a gap ends it.
 */
export function longestGap(
  history: History,
  probe: string,
  fromMs: number,
  longestMs: number,
): { readonly from: number; readonly to: number } | undefined {
  const until = history.latest('phase', ({ name }) => name === 'verification')?.t ?? history.endMs;
  const starts = samplesOf(history, probe)
    .map(({ start }) => start)
    .toSorted((a, b) => a - b);
  const before = starts.findLast((start) => start <= fromMs) ?? fromMs;
  const inTime = starts.filter((start) => start > before && start < until);
  const gaps = [before, ...inTime].map((from, index) => ({ from, to: inTime[index] ?? Math.max(from, until) }));
  const longest = gaps.toSorted((a, b) => b.to - b.from - (a.to - a.from))[0];
  return longest !== undefined && longest.to - longest.from > longestMs ? longest : undefined;
}

/** The first bad sample of an outage: the event to look at. */
export function firstBadSample(samples: readonly EventOf<'sample'>[], outage: Outage): EventOf<'sample'> | undefined {
  return samples
    .filter((sample) => !sample.ok && sample.end >= outage.start.low)
    .toSorted((a, b) => a.intended - b.intended)[0];
}
