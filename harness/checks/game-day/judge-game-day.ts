import { toMillis } from '../../core/duration.ts';
import { ChaosError } from '../../core/errors.ts';
import type { ActionItem, GameDayEvent, GameDayEventOf } from '../../core/game-day/events.ts';
import { gameDayJournalSchema, type GameDayJournal, type GameDayStep } from '../../core/game-day/journal.ts';
import { describeCriterion, type AbortCriterion } from '../../core/game-day/plan.ts';
import { all, latest, readProgress, whereOf, type GameDayProgress } from '../../core/game-day/progress.ts';
import { combineVerdicts, type Verdict } from '../../core/verdict.ts';
import { count } from '../words.ts';
import { judgeCriterion } from './abort-criteria.ts';
import { drawAxis, stopsOf, wallEnd } from './day-axis.ts';
import { findingsOf } from './findings.ts';
import { judgeAudit } from './judge-audit.ts';
import { judgeStep } from './judge-step.ts';

/**
 * Judges a game day from its record: the same one gives the same journal.
 * @throws ChaosError `record` when it does not say which day it is of.
 */
export function judgeGameDay(events: readonly GameDayEvent[]): GameDayJournal {
  const progress = readProgress(events);
  if (progress === undefined)
    throw new ChaosError({ code: 'record', message: 'The record does not say what game day it is of.' });
  const { began, plan, decision, aborted } = progress;
  const steps = progress.steps.map((step) => judgeStep(events, step));
  const outcome = outcomeOf(progress);
  const audited = latest(events, 'audited');
  const judged = {
    steps,
    outcome,
    reason: aborted?.reason ?? null,
    verdict: verdictOf(steps, outcome === 'completed' && began.standIn === null),
    criteria: plan.abort.map((criterion, index) => describeState(events, progress, criterion, index)),
    items: itemsOf(events),
    told: all(events, 'notified').map(({ who, occasion, delivered, detail }) => ({ who, occasion, delivered, detail })),
    audit: audited === undefined ? null : judgeAudit(plan, audited),
    stops: stopsOf(events),
    ...drawAxis(events),
  };
  return gameDayJournalSchema.parse({
    schemaVersion: 1,
    kind: 'game-day',
    dayId: began.dayId,
    title: plan.title,
    purpose: plan.purpose,
    planFile: began.planFile,
    ...judged,
    headline: headlineOf(steps, outcome, judged.reason),
    findings: findingsOf(events, progress, judged, wallEnd(events)),
    attended: began.attended,
    standIn: began.standIn,
    where: whereOf(plan, began.place),
    wallStart: began.wall,
    wallEnd: wallEnd(events),
    goNoGo: decision === undefined ? null : { ...decision },
    earlier: began.earlier,
    nextDue: plan.every === undefined ? null : dayOf(Date.parse(began.wall) + toMillis(plan.every)),
    environment: began.environment,
    eventCount: events.length,
  } satisfies GameDayJournal);
}

function outcomeOf({ aborted, ended }: GameDayProgress): GameDayJournal['outcome'] {
  if (aborted !== undefined) return aborted.by === 'no-go' ? 'no-go' : 'aborted';
  return ended === undefined ? 'unfinished' : 'completed';
}

/** What nobody has judged, or was not run, is unknown; a hypothesis that was refuted is a failure also where the scenario passed. */
function verdictOf(steps: readonly GameDayStep[], isWhole: boolean): Verdict {
  const ofFinding = { confirmed: 'pass', refuted: 'fail', open: 'unknown' } as const;
  const verdicts: Verdict[] = steps.flatMap(({ verdict, finding }) => [verdict, ofFinding[finding]]);
  return combineVerdicts(isWhole ? verdicts : [...verdicts, 'unknown']);
}

function describeState(
  events: readonly GameDayEvent[],
  { steps }: GameDayProgress,
  criterion: AbortCriterion,
  index: number,
): GameDayJournal['criteria'][number] {
  const text = describeCriterion(criterion);
  const met = all(events, 'criterion.met').findLast((event) => event.criterion === index);
  const abort = latest(events, 'aborted');
  if (met !== undefined) {
    const overruled = all(events, 'criterion.overruled').findLast(
      (event) => event.criterion === index && event.i > met.i,
    );
    const state = overruled === undefined ? 'met' : 'met-and-overruled';
    return {
      text,
      state,
      step: met.step,
      detail: overruled === undefined ? met.text : `${met.text} Overruled: ${overruled.reason}`,
      during: met.during === undefined ? null : describeDuring(met.during),
    };
  }
  if (abort?.criterion === index)
    return {
      text,
      state: 'met',
      step: null,
      detail: abort.reason === text ? 'Called by the room.' : abort.reason,
      during: null,
    };
  if (criterion.when === 'person')
    return { text, state: 'seen-to', step: null, detail: 'Nobody called it.', during: null };
  const unknown = steps
    .map((step) => ({ step, ...judgeCriterion(criterion, step) }))
    .find(({ state }) => state === 'unknown');
  return unknown === undefined
    ? { text, state: 'not-met', step: null, detail: '', during: null }
    : { text, state: 'seen-to', step: unknown.step.id, detail: `Could not be told: ${unknown.text}`, during: null };
}

function describeDuring({
  runId,
  event,
  atMs,
}: NonNullable<GameDayEventOf<'criterion.met'>['during']>): NonNullable<GameDayJournal['criteria'][number]['during']> {
  return { runId, event, atSeconds: Math.round(atMs) / 1000 };
}

/** Those of earlier days that were still open, then those of this one. */
function itemsOf(events: readonly GameDayEvent[]): GameDayJournal['items'] {
  const closed = new Map(all(events, 'item.closed').map(({ id, remark }) => [id, remark]));
  const describe = (item: ActionItem, isOld: boolean): GameDayJournal['items'][number] => {
    const remark = closed.get(item.id);
    return { ...item, isOld, state: remark === undefined ? 'open' : 'closed', remark: remark ?? '' };
  };
  const old = latest(events, 'day.began')?.openItems ?? [];
  return [
    ...old.map((item) => describe(item, true)),
    ...all(events, 'item.added').map(({ item }) => describe(item, false)),
  ];
}

function headlineOf(steps: readonly GameDayStep[], outcome: GameDayJournal['outcome'], reason: string | null): string {
  const part = (kind: GameDayStep['kind'], one: string, did: string): string[] => {
    const own = steps.filter((step) => step.kind === kind);
    const passed = own.filter(({ verdict }) => verdict === 'pass').length;
    return own.length === 0 ? [] : [`${passed} of ${count(own.length, one)} ${did}`];
  };
  const refused = steps.filter(({ isRefused }) => isRefused).length;
  const refuted = steps.filter(({ finding }) => finding === 'refuted').length;
  const how = {
    completed: [],
    unfinished: ['it is not over yet'],
    aborted: [`ended early: ${sentence(reason)}`],
    'no-go': [`not begun: ${sentence(reason)}`],
  }[outcome];
  const parts = [
    ...part('scenario', 'scenario', 'passed'),
    ...part('manual', 'manual step', 'done in time'),
    ...(refused > 0 ? [`${count(refused, 'step')} refused by what may be broken there`] : []),
    ...(refuted > 0 ? [`${count(refuted, 'hypothesis', 'hypotheses')} refuted`] : []),
    ...how,
  ];
  return `${parts.join('; ')}.`;
}

function sentence(reason: string | null): string {
  return (reason ?? 'no reason was given').replace(/\.$/, '');
}

function dayOf(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 10);
}
