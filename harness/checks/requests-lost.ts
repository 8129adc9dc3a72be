import { injectionTime } from '../core/derive/fault-time.ts';
import { formatMillis, toMillis, type Duration } from '../core/duration.ts';
import type { EventOf } from '../core/events.ts';
import type { History } from '../core/history.ts';
import type { Check } from '../core/scenario.ts';
import { count } from './words.ts';

export interface RequestsLostOptions {
  /** The probes whose samples are requests too. */
  readonly probes: readonly string[];
  /** As many requests may fail as come in this time at the rate of the run; `0s`: none at all. */
  readonly allowed: Duration;
}

const MOST_NAMED = 3;

/** Every request of the load and of the probes since the fault was answered, one by one, but for what is allowed. */
export function requestsLost({ probes, allowed }: RequestsLostOptions): Check {
  const allowedMs = toMillis(allowed);
  return {
    id: 'requests_lost',
    title: allowedMs === 0 ? 'No request was lost' : 'Hardly a request was lost',
    failure: allowedMs === 0 ? 'Requests were lost' : 'More requests were lost than are allowed',
    judge(history) {
      const injected = injectionTime(history);
      if (injected === undefined) return { verdict: 'unknown', summary: 'No fault was injected.', evidence: [] };
      const since = injected.at.low;
      const samples = history.all('sample').filter((sample) => probes.includes(sample.probe) && sample.end >= since);
      const seconds = history.all('load').filter((load) => load.to > since);
      // One that got no answer in the probe's short time may have been slow or lost; the load waits long enough to tell.
      const hung = samples.filter((sample) => sample.hung === true);
      const bad = samples.filter((sample) => !sample.ok && sample.hung !== true);
      const failures = history.all('load.failure').filter((failure) => failure.at >= since);
      // A second that is cut by the fault counts by the failures that are known one by one.
      const whole = seconds.filter((load) => load.from >= since);
      const uncut = whole.reduce((sum, load) => sum + load.failed, 0);
      const lost = bad.length + Math.max(uncut, failures.length);
      const asked = samples.length + seconds.reduce((sum, load) => sum + load.requests, 0);
      const evidence = [
        injected.event.i,
        ...failures.slice(0, 10).map(({ i }) => i),
        ...bad.slice(0, 10).map(({ i }) => i),
      ];
      if (asked === 0) return { verdict: 'unknown', summary: 'Nothing was asked after the fault.', evidence };
      const spanMs = Math.max(1000, history.endMs - since);
      const limit = Math.round((asked / spanMs) * allowedMs);
      const limitText = allowedMs === 0 ? 'none' : `${limit}, the requests of ${formatMillis(allowedMs)}`;
      if (lost > limit) {
        const named = nameEach([...failures.map(describeFailure), ...bad.map(describeSample)]);
        const summary = `${lost} of ${count(asked, 'request')} after the fault failed (${named}); allowed: ${limitText}.`;
        return { verdict: 'fail', summary, evidence };
      }
      const gap =
        whatIsMissing(history, {
          hung: hung.length,
          silent: probes.filter((name) => !samples.some(({ probe }) => probe === name)),
        }) ?? uncounted(history, since);
      if (gap !== undefined) return { verdict: 'unknown', summary: gap, evidence };
      const summary = `${lost === 0 ? 'None' : String(lost)} of ${count(asked, 'request')} after the fault failed; allowed: ${limitText}.`;
      return { verdict: 'pass', summary, evidence };
    },
  };
}

/** Why it cannot be said that nothing was lost, or undefined when it can. */
function whatIsMissing(
  history: History,
  { hung, silent }: { readonly hung: number; readonly silent: readonly string[] },
): string | undefined {
  if (silent.length > 0) return `${silent.map((name) => `"${name}"`).join(' and ')} asked nothing after the fault.`;
  const rate = history.first('run.started')?.parameters['loadPerSecond'];
  const isLoaded = history.all('load.summary').length > 0;
  if (typeof rate === 'number' && rate > 0 && !isLoaded)
    return 'The load left no results, so nothing is known of its requests.';
  return hung > 0 && !isLoaded
    ? `${count(hung, 'request')} of the probes had no answer in time: slow or lost, which without load cannot be told.`
    : undefined;
}

/** Requests of the load that are neither known to have been answered nor to have failed. */
function uncounted(history: History, since: number): string | undefined {
  const summary = history.latest('load.summary');
  if (summary === undefined) return undefined;
  const all = history.all('load');
  const told = all.reduce((sum, { requests }) => sum + requests, 0);
  if (told < summary.requests)
    return `The load says that it sent ${count(summary.requests, 'request')}, and the record accounts for ${told}.`;
  const cut = all.filter(({ from, to }) => from < since && to > since).reduce((sum, { failed }) => sum + failed, 0);
  const known = history.all('load.failure').length;
  const failed = all.reduce((sum, one) => sum + one.failed, 0);
  return cut > 0 && known < failed
    ? `${count(cut, 'request')} of the load failed in the second of the fault, and which of them after it is not known.`
    : undefined;
}

function describeFailure(failure: EventOf<'load.failure'>): string {
  return `${failure.request}: ${failure.note}`;
}

function describeSample({ probe, note }: EventOf<'sample'>): string {
  return `${probe}: ${note ?? 'no answer'}`;
}

/** `a (3 times), b`, the most frequent first. */
function nameEach(texts: readonly string[]): string {
  const groups = [...Map.groupBy(texts, (text) => text)].toSorted(([, a], [, b]) => b.length - a.length);
  const named = groups
    .slice(0, MOST_NAMED)
    .map(([text, all]) => (all.length === 1 ? text : `${text} (${all.length} times)`));
  return [...named, ...(groups.length > MOST_NAMED ? ['…'] : [])].join(', ');
}
