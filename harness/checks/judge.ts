import type { RunEvent } from '../core/events.ts';
import { History } from '../core/history.ts';
import { journalSchema, type CheckResult, type Journal, type Trial } from '../core/journal.ts';
import type { Check } from '../core/scenario.ts';
import { combineVerdicts, type Verdict } from '../core/verdict.ts';
import { ChaosError } from '../core/errors.ts';
import { concludeTrials, summarizeTrials } from './conclusion.ts';
import { nothingLeftOver } from './left-overs.ts';
import { proberHealthy } from './prober-healthy.ts';
import { describeTrial } from './trial-journal.ts';

/**
 * Judges a record: the same events and checks give the same journal.
 * @throws ChaosError `record` when the record does not begin with `run.started`.
 */
export function judgeRun(events: readonly RunEvent[], checks: readonly Check[]): Journal {
  const shared = new History(0, events);
  const started = shared.first('run.started');
  if (started === undefined)
    throw new ChaosError({ code: 'record', message: 'The record does not say what run it is of.' });
  const finished = shared.first('run.finished');
  const numbers = [...new Set(events.map((event) => event.trial))]
    .filter((trial) => trial > 0)
    .toSorted((a, b) => a - b);
  const trials = numbers.map((trial) => judgeTrial(new History(trial, events), checks));
  const runChecks = [nothingLeftOver('after-teardown'), proberHealthy()].map((check) => apply(check, wholeRun(events)));
  const outcome = finished?.outcome ?? 'unfinished';
  const verdict = overallVerdict(trials, runChecks, outcome === 'completed', numbers.length === started.trials);
  // Through the schema, so that a record gives the same bytes whether it was just written or read back.
  return journalSchema.parse({
    schemaVersion: 1,
    runId: started.runId,
    scenario: started.scenario,
    verdict,
    headline: headlineOf(verdict, trials, runChecks, outcome, finished?.reason),
    outcome,
    wallStart: started.wallStart,
    durationSeconds: round((events.at(-1)?.t ?? 0) / 1000),
    objective: started.objective,
    recoveryEnds: started.recoveryEnds,
    trials,
    summary: summarizeTrials(trials, started.objective, started.trials),
    runChecks,
    command: started.command,
    seed: started.seed,
    environment: { ...started.environment, ...shared.first('platform.ready')?.details },
    eventCount: events.length,
  } satisfies Journal);
}

/** The events of all trials in one history, for checks on the run as a whole. */
function wholeRun(events: readonly RunEvent[]): History {
  return new History(
    0,
    events.map((event) => ({ ...event, trial: 0 })),
  );
}

function judgeTrial(history: History, checks: readonly Check[]): Trial {
  return describeTrial(
    history,
    checks.map((check) => apply(check, history)),
  );
}

/** What a check says of a record. */
export function apply(check: Check, history: History): CheckResult {
  const { id, title, failure } = check;
  const result = check.judge(history);
  return { id, title, ...(result.verdict === 'fail' ? { failure } : {}), ...result };
}

/** A run that did not come to its end, or lacks a trial, cannot pass, however good the rest looks. */
function overallVerdict(
  trials: readonly Trial[],
  runChecks: readonly CheckResult[],
  isComplete: boolean,
  hasAllTrials: boolean,
): Verdict {
  const verdicts = [...trials, ...runChecks].map((part) => part.verdict);
  return combineVerdicts(isComplete && hasAllTrials ? verdicts : [...verdicts, 'unknown']);
}

function headlineOf(
  verdict: Verdict,
  trials: readonly Trial[],
  runChecks: readonly CheckResult[],
  outcome: Journal['outcome'],
  reason: string | undefined,
): string {
  if (outcome !== 'completed') {
    const end = {
      refused: 'Refused',
      aborted: 'Ended by an error',
      interrupted: 'Interrupted',
      unfinished: 'The record ends in the middle of the run',
    }[outcome];
    return reason === undefined ? `${end}.` : `${end}: ${reason}`;
  }
  const worst = trials.find((trial) => trial.verdict === verdict);
  if (trials.length > 1) return concludeTrials(trials);
  if (worst !== undefined) return worst.headline;
  return runChecks.find((check) => check.verdict === verdict)?.summary ?? 'Nothing was judged.';
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
