import { ChaosError } from '../../core/errors.ts';
import { formatMillis } from '../../core/duration.ts';
import type { EventOf, RunEvent } from '../../core/events.ts';
import { History } from '../../core/history.ts';
import type { CheckResult, Journal } from '../../core/journal.ts';
import { seriesJournalSchema, type SeriesJournal, type SeriesRun } from '../../core/series-journal.ts';
import { combineVerdicts, type Verdict } from '../../core/verdict.ts';
import { apply } from '../judge.ts';
import { nothingLeftOver } from '../left-overs.ts';
import { count } from '../words.ts';

/**
 * Judges a series from its own record and the journals of its runs: the same ones give the same journal.
 * @throws ChaosError `record` when the record does not begin with `series.started`.
 */
export function judgeSeries(events: readonly RunEvent[], journals: readonly Journal[]): SeriesJournal {
  const shared = new History(0, events);
  const started = shared.first('series.started');
  if (started === undefined)
    throw new ChaosError({ code: 'record', message: 'The record does not say what series it is of.' });
  const finished = shared.first('run.finished');
  const byId = new Map(journals.map((journal) => [journal.runId, journal]));
  const runs = shared.all('series.run').flatMap((begun) => {
    const journal = byId.get(begun.runId);
    return journal === undefined ? [] : [describeRun(journal, steadyAgainSeconds(events, begun))];
  });
  const ran = new Set(runs.map(({ scenario }) => scenario.id));
  const notRun = started.scenarios.filter(({ scenario }) => !ran.has(scenario));
  const checks = [allRan(shared, runs.length, notRun), steadyBetween(events), leftNothing(shared)];
  const outcome = finished?.outcome ?? 'unfinished';
  const verdicts: Verdict[] = [...runs, ...checks].map(({ verdict }) => verdict);
  const verdict = combineVerdicts(outcome === 'completed' ? verdicts : [...verdicts, 'unknown']);
  return seriesJournalSchema.parse({
    schemaVersion: 1,
    kind: 'series',
    runId: started.runId,
    verdict,
    headline: headlineOf(runs, notRun.length, checks),
    outcome,
    ...(finished?.reason === undefined ? {} : { reason: finished.reason }),
    wallStart: started.wallStart,
    durationSeconds: Math.round(events.at(-1)?.t ?? 0) / 1000,
    targetSeconds: started.targetSeconds,
    runs,
    notRun,
    leftOut: started.leftOut,
    ...(started.notHere === undefined ? {} : { notHere: started.notHere }),
    checks,
    command: started.command,
    seed: started.seed,
    environment: { ...started.environment, ...shared.first('platform.ready')?.details },
    eventCount: events.length,
  } satisfies SeriesJournal);
}

/** What of a run counts beside others. `steadyAgain`: seconds until the stack was steady after it. */
export function describeRun(journal: Journal, steadyAgain: number | null): SeriesRun {
  const checks = [...journal.trials.flatMap((trial) => trial.checks), ...journal.runChecks];
  const amount = (verdict: Verdict): number => checks.filter((check) => check.verdict === verdict).length;
  return {
    runId: journal.runId,
    scenario: journal.scenario,
    verdict: journal.verdict,
    headline: journal.headline,
    outcome: journal.outcome,
    durationSeconds: journal.durationSeconds,
    recoverySeconds: journal.trials[0]?.recovery.measuredSeconds ?? null,
    objectiveSeconds: journal.objective.recoverySeconds,
    objectiveSource: journal.objective.source,
    checks: { pass: amount('pass'), fail: amount('fail'), unknown: amount('unknown') },
    causes: checks
      .filter((check) => check.verdict !== 'pass' && check.consequenceOf === undefined)
      .map(({ id, verdict, summary }) => ({ check: id, verdict, summary })),
    steadyAgainSeconds: steadyAgain,
  };
}

/** The waits between two scenarios, by the number of the gap that they were made in. */
function waitsByGap(events: readonly RunEvent[]): Map<number, EventOf<'wait'>[]> {
  return Map.groupBy(
    events.flatMap((event) => (event.type === 'wait' && event.trial > 0 ? [event] : [])),
    ({ trial }) => trial,
  );
}

/** Gap n lies between run n and run n + 1. */
function steadyAgainSeconds(events: readonly RunEvent[], { place }: EventOf<'series.run'>): number | null {
  const waits = waitsByGap(events).get(place) ?? [];
  if (waits.length === 0 || waits.some(({ satisfied }) => !satisfied)) return null;
  return Math.round(waits.reduce((sum, { afterMs }) => sum + afterMs, 0)) / 1000;
}

function allRan(shared: History, ran: number, notRun: SeriesJournal['notRun']): CheckResult {
  const base = { id: 'all_scenarios_ran', title: 'Every scenario was run' };
  const evidence = shared.all('series.run').map(({ i }) => i);
  if (notRun.length === 0) return { ...base, verdict: 'pass', summary: `${count(ran, 'scenario')} ran.`, evidence };
  const names = notRun.map(({ scenario }) => scenario).join(', ');
  const stopped = shared.first('run.finished')?.reason;
  const why = stopped === undefined ? '' : ` ${stopped}`;
  // What stopped the series is told by the check of the steadiness, when it was that.
  const isFollowing = shared.first('run.finished')?.outcome === 'refused';
  return {
    ...base,
    verdict: 'unknown',
    summary: `Not run, so nothing is known of them: ${names}.${why}`,
    evidence,
    ...(isFollowing ? { consequenceOf: 'steady_between_faults' } : {}),
  };
}

function steadyBetween(events: readonly RunEvent[]): CheckResult {
  const base = { id: 'steady_between_faults', title: 'The stack was steady and redundant again between two faults' };
  const waits = [...waitsByGap(events).values()].flat();
  const evidence = waits.map(({ i }) => i);
  const lacking = waits.find(({ satisfied }) => !satisfied);
  if (lacking !== undefined) {
    const summary = `After scenario ${lacking.trial} it was not: ${lacking.name} – ${lacking.lastState} (waited ${formatMillis(lacking.afterMs)}).`;
    return { ...base, verdict: 'unknown', summary, evidence };
  }
  if (waits.length === 0)
    return { ...base, verdict: 'pass', summary: 'Nothing ran after a fault, so nobody had to wait.', evidence };
  const longest = [...waitsByGap(events).values()].map((gap) => gap.reduce((sum, { afterMs }) => sum + afterMs, 0));
  const summary = `${count(longest.length, 'time')}, after ${formatMillis(Math.max(...longest))} at most.`;
  return { ...base, verdict: 'pass', summary, evidence };
}

function leftNothing(shared: History): CheckResult {
  return apply(nothingLeftOver('after-teardown'), shared);
}

function headlineOf(runs: readonly SeriesRun[], notRun: number, checks: readonly CheckResult[]): string {
  const amount = (verdict: Verdict): number => runs.filter((run) => run.verdict === verdict).length;
  const named = (verdict: Verdict): string =>
    runs
      .filter((run) => run.verdict === verdict)
      .map(({ scenario }) => scenario.id)
      .join(', ');
  const parts = [
    `${amount('pass')} of ${count(runs.length + notRun, 'scenario')} passed`,
    ...(amount('fail') > 0 ? [`failed: ${named('fail')}`] : []),
    ...(amount('unknown') > 0 ? [`unknown: ${named('unknown')}`] : []),
    ...(notRun > 0 ? [`${notRun} not run`] : []),
    ...checks
      .filter(({ id, verdict }) => id === 'teardown_clean' && verdict !== 'pass')
      .map(({ summary }) => summary.replace(/\.$/, '')),
  ];
  return `${parts.join('; ')}.`;
}
