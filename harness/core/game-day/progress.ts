import type { GameDayBody, GameDayEvent, GameDayEventOf, GameDayPlace } from './events.ts';
import { stepId, type GameDayPlan, type PlannedStep } from './plan.ts';

type Of<T extends GameDayBody['type']> = GameDayEventOf<T>;

/** Where a step stands. `open` has begun and has no end in the record; `ended` has one that nobody has drawn conclusions from yet. */
export interface StepProgress {
  readonly step: PlannedStep;
  readonly id: string;
  readonly state: 'waiting' | 'open' | 'ended' | 'concluded' | 'skipped';
  /** Of its latest attempt. */
  readonly began: Of<'scenario.began'> | Of<'manual.began'> | undefined;
  readonly ended: Of<'scenario.ended'> | Of<'manual.ended'> | undefined;
  readonly skipped: Of<'step.skipped'> | undefined;
}

/** What a record says so far. */
export interface GameDayProgress {
  readonly began: Of<'day.began'>;
  readonly plan: GameDayPlan;
  readonly steps: readonly StepProgress[];
  readonly decision: Of<'go-no-go'> | undefined;
  readonly aborted: Of<'aborted'> | undefined;
  readonly ended: Of<'day.ended'> | undefined;
  /** The latest session. */
  readonly session: Of<'session.began'> | undefined;
}

/** What comes next. A day that is taken up again does what this says of its record: there is no other memory. */
export type Next =
  | { readonly do: 'brief' | 'decide' | 'debrief' | 'put-away' | 'end' | 'nothing' }
  | { readonly do: 'tell'; readonly occasion: Of<'notified'>['occasion'] }
  | { readonly do: 'begin' | 'take-up' | 'conclude'; readonly step: StepProgress };

/** Reads a record. Undefined when it does not say which day it is of. */
export function readProgress(events: readonly GameDayEvent[]): GameDayProgress | undefined {
  const began = latest(events, 'day.began');
  if (began === undefined) return undefined;
  return {
    began,
    plan: began.plan,
    steps: began.plan.steps.map((step) => readStep(events, step)),
    decision: latest(events, 'go-no-go'),
    aborted: latest(events, 'aborted'),
    ended: latest(events, 'day.ended'),
    session: latest(events, 'session.began'),
  };
}

/** What is to be done next. */
export function nextOf(events: readonly GameDayEvent[], progress: GameDayProgress): Next {
  const { decision, aborted, ended, steps } = progress;
  if (ended !== undefined) return { do: 'nothing' };
  const open = steps.find(({ state }) => state !== 'concluded' && state !== 'skipped');
  // A run that is under way is seen to its end whatever else happened: nothing is left broken behind a decision.
  if (open?.state === 'open' && 'scenario' in open.step) return { do: 'take-up', step: open };
  if (aborted === undefined) {
    if (latest(events, 'briefing.acknowledged') === undefined) return { do: 'brief' };
    if (decision === undefined) return { do: 'decide' };
    if (!isTold(events, progress.plan, 'before')) return { do: 'tell', occasion: 'before' };
    if (open !== undefined) return { do: verbOf(open.state), step: open };
  } else if (!isTold(events, progress.plan, 'abort')) return { do: 'tell', occasion: 'abort' };
  const stack = latest(events, 'stack');
  if (stack?.isOurs === true && latest(events, 'stack.down') === undefined) return { do: 'put-away' };
  if (latest(events, 'debriefed') === undefined) return { do: 'debrief' };
  return isTold(events, progress.plan, 'after') ? { do: 'end' } : { do: 'tell', occasion: 'after' };
}

function verbOf(state: StepProgress['state']): 'begin' | 'take-up' | 'conclude' {
  if (state === 'waiting') return 'begin';
  return state === 'open' ? 'take-up' : 'conclude';
}

function readStep(events: readonly GameDayEvent[], step: PlannedStep): StepProgress {
  const id = stepId(step);
  const own = events.filter((event) => 'step' in event && event.step === id);
  const isManual = 'manual' in step;
  const began = isManual ? latest(own, 'manual.began') : latest(own, 'scenario.began');
  const end = isManual ? latest(own, 'manual.ended') : latest(own, 'scenario.ended');
  // An end before the latest beginning is that of an earlier attempt.
  const ended = end !== undefined && (began === undefined || end.i > began.i) ? end : undefined;
  const skipped = latest(own, 'step.skipped');
  const isConcluded = latest(own, 'step.concluded') !== undefined;
  const state = isConcluded ? 'concluded' : skipped ? 'skipped' : ended ? 'ended' : began ? 'open' : 'waiting';
  return { step, id, state, began, ended, skipped };
}

/** What a day is about: the platform of its stack, or the existing Airbyte, as the audit calls it. */
export function whereOf(plan: Pick<GameDayPlan, 'platform'>, place: GameDayPlace | null): string {
  return place === null ? plan.platform : `${place.release} in ${place.namespace} of context ${place.context}`;
}

/** Everybody was told, or could not be: one who was not reached is not tried for ever. */
function isTold(events: readonly GameDayEvent[], plan: GameDayPlan, occasion: Of<'notified'>['occasion']): boolean {
  const told = new Set(all(events, 'notified').flatMap((event) => (event.occasion === occasion ? [event.who] : [])));
  return plan.tell.every(({ who }) => told.has(who));
}

/** All events of a type, in the order of the record. */
export function all<T extends GameDayBody['type']>(events: readonly GameDayEvent[], type: T): readonly Of<T>[] {
  return events.filter((event): event is Of<T> => event.type === type);
}

export function latest<T extends GameDayBody['type']>(events: readonly GameDayEvent[], type: T): Of<T> | undefined {
  return events.findLast((event): event is Of<T> => event.type === type);
}
