import { between, type Bounds } from '../core/bounds.ts';
import { injectionTime } from '../core/derive/fault-time.ts';
import { formatMillis, toMillis, type Duration } from '../core/duration.ts';
import type { EventOf } from '../core/events.ts';
import type { History } from '../core/history.ts';
import { instanceProbe } from '../core/instance-probes.ts';
import type { Outage } from '../core/outages/outages.ts';
import type { Check } from '../core/scenario.ts';
import { judgeAgainstLimit } from '../core/verdict.ts';
import { firstBadSample, outagesOf, samplesOf } from './probe-outages.ts';
import { count, describeBounds } from './words.ts';

export interface ReadyAnswersOptions {
  readonly component: string;
  /** So long may the platform take to notice. */
  readonly within: Duration;
}

/** A time in which an instance was called ready and did not answer. */
interface Silence {
  readonly instance: string;
  readonly length: Bounds;
  readonly notes: readonly string[];
  /** True when the prober itself stood still, so that nothing is known of the instance. */
  readonly isBlind: boolean;
  readonly evidence: readonly number[];
}

/**
 * Whoever the platform calls ready answers. Each instance is asked by itself, so that a grey failure is found which only those notice who happen to be
 * led to that instance. What was not asked, or asked only while the prober itself stood still, is not known.
 */
export function readyAnswers({ component, within }: ReadyAnswersOptions): Check {
  const limitMs = toMillis(within);
  return {
    id: 'ready_answers',
    title: `Each ${component} that was called ready answered`,
    failure: `A ${component} that was called ready did not answer`,
    judge(history) {
      const injected = injectionTime(history);
      if (injected === undefined) return { verdict: 'unknown', summary: 'No fault was injected.', evidence: [] };
      const evidence = [injected.event.i];
      const since = injected.at.low;
      const states = history.all('component').filter((event) => event.component === component);
      const instances = [...new Set(states.map(({ instance }) => instance))];
      const asked = instances.filter((instance) => samplesOf(history, instanceProbe(instance)).length > 0);
      if (asked.length === 0) return { verdict: 'unknown', summary: `No ${component} was asked by itself.`, evidence };
      const silences = asked.flatMap((instance) => silencesOf(history, instance, since));
      const long = silences.filter(({ length }) => length.high > limitMs);
      const seen = long.filter(({ isBlind }) => !isBlind);
      const worst = seen.find(({ length }) => length.low > limitMs) ?? seen[0];
      if (worst !== undefined) {
        const summary = `${worst.instance} was called ready and did not answer for ${describeBounds(worst.length)} (${worst.notes.join(', ')}); allowed ${formatMillis(limitMs)}.`;
        const verdict = judgeAgainstLimit(worst.length, limitMs);
        return { verdict, summary, evidence: [...evidence, ...worst.evidence] };
      }
      const gaps = [
        ['was asked only while the prober itself stood still', long.map(({ instance }) => instance)],
        ['never answered when asked directly', asked.filter((instance) => !hasAnswered(history, instance))],
        [
          'was called ready and not asked',
          instances.filter((instance) => !asked.includes(instance) && wasReadyFor(history, instance, since) > limitMs),
        ],
      ] as const;
      const gap = gaps.find(([, names]) => names.length > 0);
      if (gap !== undefined) {
        const [what, names] = gap;
        const summary = `${[...new Set(names)].join(', ')} ${what}, so nothing is known of it.`;
        return { verdict: 'unknown', summary, evidence };
      }
      const summary = `${count(asked.length, 'instance')} asked directly; none was called ready for more than ${formatMillis(limitMs)} without answering.`;
      return { verdict: 'pass', summary, evidence };
    },
  };
}

function silencesOf(history: History, instance: string, since: number): Silence[] {
  const probe = instanceProbe(instance);
  const samples = samplesOf(history, probe);
  const lastEnd = Math.max(...samples.map(({ end }) => end));
  const outages = (outagesOf(history, probe)?.outages ?? []).filter(({ end }) => end.high >= since);
  return outages.flatMap((outage) => {
    const bad = firstBadSample(samples, outage);
    return readySpans(history, instance).map(({ from, to, event }) => ({
      instance,
      length: overlap(outage, Math.max(from, since), Math.min(to, lastEnd)),
      notes: outage.notes,
      isBlind: outage.isBlind,
      evidence: [event.i, ...(bad === undefined ? [] : [bad.i])],
    }));
  });
}

interface ReadySpan {
  readonly from: number;
  readonly to: number;
  /** That began it. */
  readonly event: EventOf<'component'>;
}

/** The times in which the platform led requests to it. */
function readySpans(history: History, instance: string): readonly ReadySpan[] {
  const events = history.all('component').filter((event) => event.instance === instance);
  const spans: ReadySpan[] = [];
  for (const [index, event] of events.entries()) {
    if (!event.ready || event.inService === false) continue;
    const to = events[index + 1]?.t ?? history.endMs;
    const last = spans.at(-1);
    if (last?.to === event.t) spans.splice(-1, 1, { ...last, to });
    else spans.push({ from: event.t, to, event });
  }
  return spans;
}

function hasAnswered(history: History, instance: string): boolean {
  return samplesOf(history, instanceProbe(instance)).some(({ ok }) => ok);
}

/** The longest time since then in which it was called ready, in milliseconds. */
function wasReadyFor(history: History, instance: string, since: number): number {
  return Math.max(0, ...readySpans(history, instance).map(({ from, to }) => to - Math.max(from, since)));
}

/** How much of the outage lies between two moments. */
function overlap({ start, end }: Outage, from: number, to: number): Bounds {
  const length = (begin: number, stop: number): number => Math.max(0, Math.min(stop, to) - Math.max(begin, from));
  return between(length(start.high, end.low), length(start.low, end.high), length(start.best, end.best));
}
