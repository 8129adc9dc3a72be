import { formatMillis, toMillis } from '../../core/duration.ts';
import { all, latest, type StepProgress } from '../../core/game-day/progress.ts';
import type { GameDayEvent, GameDayEventOf, RunSummary } from '../../core/game-day/events.ts';
import type { GameDayStep } from '../../core/game-day/journal.ts';
import { stepTitle, type ManualStep, type ScenarioStep } from '../../core/game-day/plan.ts';
import { judgeAgainstLimit, type Verdict } from '../../core/verdict.ts';

/** A part of a hypothesis held against what was measured; `null` where that cannot be said. */
interface Held {
  readonly expected: string;
  readonly measured: string;
  readonly holds: boolean | null;
}

type Judged = Pick<GameDayStep, 'verdict' | 'summary' | 'run' | 'tookSeconds' | 'clock'> & {
  readonly held: readonly Held[];
};

/** What a step showed, and what became of its hypothesis. */
export function judgeStep(events: readonly GameDayEvent[], progress: StepProgress): GameDayStep {
  const { step, id } = progress;
  const { held, ...judged } = 'manual' in step ? judgeManualStep(step, progress) : judgeScenarioStep(step, progress);
  const said = latest(
    events.filter((event) => event.type === 'hypothesis.judged' && event.step === id),
    'hypothesis.judged',
  );
  return {
    id,
    title: stepTitle(step),
    kind: 'manual' in step ? 'manual' : 'scenario',
    ...judged,
    isRefused: isRefused(progress),
    hypothesis: step.hypothesis,
    expected: held.map(({ expected }) => expected),
    measured: held.map(({ measured }) => measured),
    ...findingOf(held, said),
    remark: said?.remark ?? '',
    attempts: all(events, 'scenario.began').filter((event) => event.step === id).length,
    steadyAgainSeconds: steadyAgainSeconds(events, progress),
    owner: 'manual' in step ? step.owner : null,
    limitSeconds: 'manual' in step ? toMillis(step.within) / 1000 : null,
  };
}

/** People can refute what the numbers bear out, and judge what has no numbers; they cannot make known what was not measured. */
function findingOf(
  held: readonly Held[],
  said: GameDayEventOf<'hypothesis.judged'> | undefined,
): Pick<GameDayStep, 'finding' | 'judgedBy'> {
  if (held.some(({ holds }) => holds === false)) return { finding: 'refuted', judgedBy: 'numbers' };
  if (said?.holds === false) return { finding: 'refuted', judgedBy: 'people' };
  if (held.length > 0) {
    return { finding: held.every(({ holds }) => holds === true) ? 'confirmed' : 'open', judgedBy: 'numbers' };
  }
  return said?.holds === true ? { finding: 'confirmed', judgedBy: 'people' } : { finding: 'open', judgedBy: 'nobody' };
}

function judgeScenarioStep(step: ScenarioStep, progress: StepProgress): Judged {
  const { ended } = progress;
  const run = ended?.type === 'scenario.ended' ? ended.run : null;
  const base = { run, tookSeconds: null, clock: null };
  if (run !== null) return { ...base, verdict: run.verdict, summary: run.headline, held: holdRun(step, run) };
  const held = expectationsOf(step).map((expected) => ({ expected, measured: 'not measured', holds: null }));
  return { ...base, verdict: 'unknown', summary: whyNothing(progress), held };
}

/** Until somebody looked and found it so, in the session in which the run ended; what another scenario broke since is not of this one. */
function steadyAgainSeconds(events: readonly GameDayEvent[], { ended }: StepProgress): number | null {
  if (ended?.type !== 'scenario.ended' || ended.run === null) return null;
  const since = events.slice(ended.i + 1);
  const next = since.find((event) => event.type === 'scenario.began' || (event.type === 'steady' && event.isSteady));
  return next?.type === 'steady' && next.session === ended.session ? Math.round(next.t - ended.t) / 1000 : null;
}

/** Of its last attempt: nothing was touched, so nothing is known, and nothing failed. */
function isRefused({ skipped, ended }: StepProgress): boolean {
  return skipped === undefined
    ? ended?.type === 'scenario.ended' && ended.how === 'refused'
    : skipped.isRefused === true;
}

function whyNothing({ state, skipped, ended }: StepProgress): string {
  if (skipped !== undefined) return `${skipped.isRefused === true ? 'Refused' : 'Skipped'}: ${skipped.reason}`;
  if (ended?.type === 'scenario.ended' && ended.how === 'refused') return `Refused: ${ended.detail}`;
  if (ended?.type === 'scenario.ended') return `Nothing is known of it: ${ended.detail}`;
  return state === 'waiting' ? 'Not run.' : 'Begun, and not ended yet.';
}

function expectationsOf({ expect = {} }: ScenarioStep): string[] {
  const { verdict, recovery_within: within, lost_records: records, lost_writes: writes } = expect;
  return [
    ...(verdict === undefined ? [] : ['passes against its documented objective']),
    ...(within === undefined ? [] : [`recovered within ${formatMillis(toMillis(within))}`]),
    ...(records === undefined ? [] : [`at most ${records} records missing`]),
    ...(writes === undefined ? [] : [`at most ${writes} acknowledged writes lost`]),
  ];
}

const VERDICT_HOLDS: Readonly<Record<Verdict, boolean | null>> = { pass: true, fail: false, unknown: null };

/** In the order of {@link expectationsOf}. */
function holdRun(step: ScenarioStep, run: RunSummary): Held[] {
  const { verdict, recovery_within: within, lost_records: records, lost_writes: writes } = step.expect ?? {};
  const { losses, outcome } = run;
  const measured = [
    ...(verdict === undefined ? [] : [{ measured: run.verdict.toUpperCase(), holds: VERDICT_HOLDS[run.verdict] }]),
    ...(within === undefined ? [] : [holdRecovery(run, toMillis(within))]),
    ...(records === undefined
      ? []
      : [holdLoss(losses.missingRecords, records, outcome === 'completed' && losses.producedRecords > 0, 'record')]),
    ...(writes === undefined
      ? []
      : [
          holdLoss(
            losses.lostWrites,
            writes,
            outcome === 'completed' && losses.isEveryLedgerRead && losses.acknowledgedWrites > 0,
            'acknowledged write',
          ),
        ]),
  ];
  return expectationsOf(step).flatMap((expected, index) => {
    const one = measured[index];
    return one === undefined ? [] : [{ expected, ...one }];
  });
}

function holdRecovery({ recoverySeconds }: RunSummary, limitMs: number): Omit<Held, 'expected'> {
  if (recoverySeconds === null) return { measured: 'no recovery was measured', holds: null };
  const { low, best, high } = recoverySeconds;
  const bounds = { low: low * 1000, best: (best ?? Infinity) * 1000, high: (high ?? Infinity) * 1000 };
  const measured = best === null ? `not recovered within ${formatMillis(bounds.low)}` : formatMillis(bounds.best);
  return { measured, holds: VERDICT_HOLDS[judgeAgainstLimit(bounds, limitMs)] };
}

/** A loss is seen whatever ended the run; that there was none is known only where everything was read again. */
function holdLoss(lost: number, most: number, isAllRead: boolean, what: string): Omit<Held, 'expected'> {
  const measured = `${lost} ${what}${lost === 1 ? '' : 's'}`;
  if (lost > most) return { measured, holds: false };
  return isAllRead ? { measured, holds: true } : { measured: `not all ${what}s were counted`, holds: null };
}

function judgeManualStep(step: ManualStep, { ended, skipped, state }: StepProgress): Judged {
  const expected = `done by ${step.owner} within ${formatMillis(toMillis(step.within))}`;
  const base = { run: null, tookSeconds: null, clock: null };
  if (ended?.type !== 'manual.ended') {
    const summary =
      skipped === undefined
        ? state === 'waiting'
          ? 'Not done.'
          : 'Begun, and not ended yet.'
        : `Skipped: ${skipped.reason}`;
    return { ...base, verdict: 'unknown', summary, held: [{ expected, measured: 'not done', holds: null }] };
  }
  const tookSeconds = ended.tookMs === null ? null : Math.round(ended.tookMs) / 1000;
  const verdict = manualVerdict(ended, toMillis(step.within));
  const summary = manualSummary(ended, step);
  return {
    run: null,
    tookSeconds,
    clock: ended.clock,
    verdict,
    summary,
    held: [{ expected, measured: summary, holds: VERDICT_HOLDS[verdict] }],
  };
}

function manualVerdict({ outcome, tookMs, clock }: GameDayEventOf<'manual.ended'>, limitMs: number): Verdict {
  if (outcome === 'nobody') return 'unknown';
  if (outcome === 'not-done') return 'fail';
  if (tookMs === null) return 'unknown';
  if (tookMs <= limitMs) return 'pass';
  // Over a restart nobody worked on it for a part of that time.
  return clock === 'wall' ? 'unknown' : 'fail';
}

function manualSummary(
  { outcome, tookMs, clock }: GameDayEventOf<'manual.ended'>,
  { owner, within }: ManualStep,
): string {
  if (outcome === 'nobody') return 'Nobody was there to do it: the day ran without people.';
  const took = tookMs === null ? '' : ` after ${formatMillis(tookMs)}`;
  const how = clock === 'wall' ? ' (by wall time: the game day was interrupted in between)' : '';
  if (outcome === 'not-done') return `Given up by ${owner}${took}${how}.`;
  const limit = formatMillis(toMillis(within));
  return `Done by ${owner}${took}${how}; the limit is ${limit}.`;
}
