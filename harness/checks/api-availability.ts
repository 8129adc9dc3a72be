import { formatMillis, toMillis, type Duration } from '../core/duration.ts';
import type { History } from '../core/history.ts';
import type { Check } from '../core/scenario.ts';
import { judgeAgainstLimit } from '../core/verdict.ts';
import { firstBadSample, longestGap, outagesOf, samplesOf } from './probe-outages.ts';
import { count, describeBounds } from './words.ts';

export interface AvailabilityOptions {
  readonly probe: string;
  readonly longest: Duration;
  /** The limit where the primary of the database was among those that had to leave: its role is handed over then. As long as `longest` without it. */
  readonly withPrimary?: Duration;
}

/** The API stayed available through the fault: no outage of the probe longer than `longest`. */
export function apiAvailability(options: AvailabilityOptions): Check {
  return stayedAvailable(
    {
      id: 'api_availability',
      title: 'The API stayed available during the fault',
      failure: 'The API did not stay available during the fault',
    },
    options,
  );
}

/** The web page stayed available through the fault: no outage of the probe longer than `longest`. */
export function pageAvailability(options: AvailabilityOptions): Check {
  return stayedAvailable(
    {
      id: 'page_availability',
      title: 'The web page stayed available during the fault',
      failure: 'The web page did not stay available during the fault',
    },
    options,
  );
}

/** Acknowledged writes were possible through the fault: no outage of the probe longer than `longest`. */
export function databaseAvailability(options: AvailabilityOptions): Check {
  return stayedAvailable(
    {
      id: 'database_availability',
      title: 'The database took writes all along',
      failure: 'The database took no writes for a while',
    },
    options,
  );
}

function stayedAvailable(
  names: Pick<Check, 'id' | 'title' | 'failure'>,
  { probe, longest, withPrimary = longest }: AvailabilityOptions,
): Check {
  return {
    ...names,
    judge(history) {
      const primary = evictedPrimary(history);
      const limitMs = toMillis(primary === undefined ? longest : withPrimary);
      const why =
        primary === undefined || withPrimary === longest ? '' : `, since ${primary} led the database and had to leave`;
      const fault = history.first('fault.injected');
      const samples = samplesOf(history, probe);
      const report = outagesOf(history, probe);
      if (fault === undefined || report === undefined || samples.length === 0) {
        return { verdict: 'unknown', summary: `Probe "${probe}" has no samples around a fault.`, evidence: [] };
      }
      const after = report.outages.filter((outage) => outage.end.high >= fault.start);
      const seen = after.filter((outage) => !outage.isBlind);
      const lengthOf = (outage: (typeof seen)[number]): number => outage.duration.high;
      const worst = seen.toSorted((a, b) => lengthOf(b) - lengthOf(a))[0];
      const evidence = [fault.i, ...after.flatMap((outage) => firstBadSample(samples, outage)?.i ?? [])];
      const gap = longestGap(history, probe, fault.start, limitMs);
      const verdict = worst && judgeAgainstLimit(worst.duration, limitMs);
      if (worst !== undefined && verdict !== undefined && !(verdict === 'pass' && gap !== undefined)) {
        const summary = `${count(seen.length, 'outage')} after the fault, the longest ${describeBounds(worst.duration)} (${worst.notes.join(', ')}); allowed ${formatMillis(limitMs)}${why}.`;
        return { verdict, summary, evidence };
      }
      if (after.length > 0) {
        return {
          verdict: 'unknown',
          summary: 'Samples were bad only while the prober itself was stalled, so nothing is known of the service.',
          evidence,
        };
      }
      if (gap !== undefined) {
        const length = formatMillis(gap.to - gap.from);
        const since = formatMillis(Math.max(0, gap.from - fault.start));
        const summary = `"${probe}" was not asked for ${length}, from ${since} after the fault on: an outage longer than ${formatMillis(limitMs)} would not have been seen.`;
        return { verdict: 'unknown', summary, evidence };
      }
      const asked = samples.filter((sample) => sample.start >= fault.start).length;
      if (asked === 0) return { verdict: 'unknown', summary: 'Nothing was asked after the fault.', evidence };
      return { verdict: 'pass', summary: `${count(asked, 'sample')} after the fault, no outage.`, evidence };
    },
  };
}

/** The instance that led the database when it was asked to leave; undefined where that was nobody, or is not known. */
function evictedPrimary(history: History): string | undefined {
  return history
    .all('eviction')
    .find(
      ({ instance, accepted, start }) =>
        accepted && history.latest('database', ({ t }) => t <= start)?.leader === instance,
    )?.instance;
}
