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

/** The first bad sample of an outage: the event to look at. */
export function firstBadSample(samples: readonly EventOf<'sample'>[], outage: Outage): EventOf<'sample'> | undefined {
  return samples
    .filter((sample) => !sample.ok && sample.end >= outage.start.low)
    .toSorted((a, b) => a.intended - b.intended)[0];
}
