import { injectionTime } from '../core/derive/fault-time.ts';
import type { EventOf } from '../core/events.ts';
import type { History } from '../core/history.ts';
import type { Check } from '../core/scenario.ts';
import { count, nameSome } from './words.ts';

/** Of what was to be sent, the share that has to have been. */
const ENOUGH = 0.9;

/**
 * The load of other machines was on the API after the fault as before it: every runner tells what it sent, and it was as much as was meant. How many of its requests failed is told and not judged; the times of
 * other machines decide nothing about the recovery.
 */
export function loadApplied(): Check {
  return {
    id: 'load_applied',
    title: 'The load was on the API all the time',
    failure: 'The load was not on the API all the time',
    judge(history) {
      const injected = injectionTime(history);
      const { loadPerSecond: rate, loadRunners: wanted } = history.first('run.started')?.parameters ?? {};
      const runners = history.all('load.runner');
      const evidence = [...(injected === undefined ? [] : [injected.event.i]), ...runners.map(({ i }) => i)];
      const unknown = (summary: string) => ({ verdict: 'unknown', summary, evidence }) as const;
      if (injected === undefined) return unknown('No fault was injected.');
      if (typeof rate !== 'number' || typeof wanted !== 'number')
        return unknown('How much load was meant is not known.');
      const silent = runners.filter(({ counts }) => counts === undefined);
      const unheard = Math.max(silent.length, wanted - (runners.length - silent.length));
      if (unheard > 0) {
        const why = nameSome(
          silent.map(({ runner, problem }) => `${runner}: ${problem ?? 'no reason is known'}`),
          '; ',
        );
        return unknown(
          `Of ${count(unheard, 'runner')} of ${wanted} nothing is known of the requests${why === '' ? '' : ` (${why})`}.`,
        );
      }
      const spans = history.all('load').filter(({ from, uncertainMs = 0 }) => from - uncertainMs >= injected.at.high);
      // In the last one the load was ended.
      const whole = spans.slice(0, -1);
      if (whole.length === 0)
        return unknown('The time after the fault is too short, or too uncertain, to tell what was sent in it.');
      const seconds = whole.reduce((sum, { from, to }) => sum + (to - from) / 1000, 0);
      const requests = whole.reduce((sum, one) => sum + one.requests, 0);
      const sent = `${(requests / seconds).toFixed(1)} requests a second after the fault from ${count(wanted, 'runner')}, of ${rate} that were meant`;
      const gaps = gapsIn(whole);
      if (endedEarly(history, spans)) return unknown(`The load ended before the recovery was over: ${sent}.`);
      if (requests < rate * seconds * ENOUGH || gaps > 0)
        return unknown(
          `There was less load than was meant: ${sent}${gaps > 0 ? `, and ${count(gaps, 'gap')} without any` : ''}.`,
        );
      return { verdict: 'pass', summary: `${sent}. ${failures(runners)}`, evidence };
    },
  };
}

function endedEarly(history: History, spans: readonly EventOf<'load'>[]): boolean {
  const over = history.first('phase', ({ name }) => name === 'verification')?.t;
  const last = spans.at(-1);
  if (last === undefined || over === undefined) return false;
  return last.to + (last.to - last.from) + (last.uncertainMs ?? 0) < over;
}

/** Spans that should lie between others and that nobody told of. */
function gapsIn(spans: readonly EventOf<'load'>[]): number {
  return spans.filter(({ from }, nth) => {
    const before = spans[nth - 1];
    return before !== undefined && from - before.to > (before.to - before.from) / 2;
  }).length;
}

function failures(runners: readonly EventOf<'load.runner'>[]): string {
  const counts = runners.flatMap((runner) => runner.counts ?? []);
  const failed = counts.reduce((sum, one) => sum + one.failed, 0);
  const all = counts.reduce((sum, one) => sum + one.requests, 0);
  const byStatus = new Map<number, number>();
  for (const [status, amount] of counts.flatMap(({ statuses }) => statuses)) {
    byStatus.set(status, (byStatus.get(status) ?? 0) + amount);
  }
  const named = [...byStatus]
    .toSorted(([, one], [, other]) => other - one)
    .map(([status, amount]) => `${amount} × ${status === 0 ? 'no answer' : status}`);
  return `Of all ${count(all, 'request')} ${failed === 0 ? 'none' : failed} failed${named.length === 0 ? '' : ` (${nameSome(named)})`}; that is told and not judged.`;
}
