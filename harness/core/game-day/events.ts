/**
 * The record of a game day: one JSON object a line in `events.ndjson` of its folder, each on the disk before what it announces is done.
 * Journal and report are derived from it alone. Times within a session are milliseconds of the monotonic clock; between two sessions only
 * wall time is known.
 */
import { z } from 'zod';
import { auditResultSchema } from '../audit.ts';
import { lossesSchema } from '../losses.ts';
import { seriesRunSchema } from '../series-journal.ts';
import { gameDayPlanSchema } from './plan.ts';

const ms = z.number();
const step = z.string();

/** What of a scenario's run counts on a game day; its own report has the rest. */
export const runSummarySchema = seriesRunSchema.omit({ steadyAgainSeconds: true }).extend({
  losses: lossesSchema,
  /** Whether everything was put right afterwards. */
  leftNothing: z.enum(['pass', 'fail', 'unknown']),
  /** From the fault, the first where there are several, until the last of them was undone; null where one was not, or the record does not say when. */
  faultUndoneSeconds: z.number().nullable().default(null),
});

/** The existing Airbyte that a day is about, as its configuration named it when the day began. No other is touched in it, whatever that file says later. */
export const gameDayPlaceSchema = z.object({
  configFile: z.string(),
  context: z.string(),
  server: z.string(),
  kubeSystemUid: z.string(),
  namespace: z.string(),
  release: z.string(),
});

/** One thing that speaks for beginning, or against it. */
export const goNoGoInputSchema = z.object({
  id: z.string(),
  title: z.string(),
  says: z.enum(['go', 'no-go', 'unknown']),
  detail: z.string(),
});

export const actionItemSchema = z.object({
  /** Unique over all game days. */
  id: z.string(),
  what: z.string(),
  owner: z.string(),
  /** `2026-12-31`, or null. */
  due: z.string().nullable(),
});

/** What an earlier game day measured, for the trend. */
export const earlierDaySchema = z.object({
  dayId: z.string(),
  wallStart: z.string(),
  title: z.string(),
  verdict: z.enum(['pass', 'fail', 'unknown']),
  steps: z.array(
    z.object({
      id: z.string(),
      verdict: z.enum(['pass', 'fail', 'unknown']),
      /** Recovery of a scenario, or what a manual step took; null where it was not measured. */
      seconds: z.number().nullable(),
    }),
  ),
  /** Points of its audit; null where none was made. */
  audit: z.object({ met: z.int(), of: z.int() }).nullable().default(null),
});

const body = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('day.began'),
    schemaVersion: z.literal(1),
    dayId: z.string(),
    planFile: z.string(),
    plan: gameDayPlanSchema,
    /** The last ones, newest first; kept here so that the report needs nothing but this record. */
    earlier: z.array(earlierDaySchema),
    openItems: z.array(actionItemSchema),
    /** False when it runs without people. */
    attended: z.boolean(),
    /** What took the place of this harness for scenarios, in a rehearsal of the game day itself; null in a real one. */
    standIn: z.string().nullable(),
    /** Null where the day has a stack of its own. */
    place: gameDayPlaceSchema.nullable().default(null),
    environment: z.record(z.string(), z.string()),
  }),
  /** A process of the harness took the day up: the first time, after a break, or after a crash. */
  z.object({
    type: z.literal('session.began'),
    pid: z.int(),
    startTicks: z.int(),
    attended: z.boolean(),
    /** Of a last line that was being written when the session before was killed; it is not used. */
    tornBytes: z.int(),
  }),
  z.object({ type: z.literal('briefing.acknowledged') }),
  z.object({
    type: z.literal('notified'),
    who: z.string(),
    occasion: z.enum(['before', 'abort', 'after']),
    /** Null where people have to be told by people. */
    delivered: z.boolean().nullable(),
    detail: z.string(),
  }),
  /** An audit of the stack, for the decision that follows. `result` is null when it said nothing that can be read; `detail` then says why. */
  z.object({ type: z.literal('audited'), result: auditResultSchema.nullable(), detail: z.string() }),
  z.object({
    type: z.literal('go-no-go'),
    inputs: z.array(goNoGoInputSchema),
    decision: z.enum(['go', 'no-go']),
    by: z.enum(['room', 'harness']),
    /** Why it goes on against an input, or does not. */
    reason: z.string(),
  }),
  /** The stack of the day; `isOurs` when the day brought it up and takes it down. */
  z.object({ type: z.literal('stack'), isOurs: z.boolean() }),
  z.object({ type: z.literal('steady'), step, isSteady: z.boolean(), detail: z.string() }),
  /** `isRefused`: what may be broken there does not allow it. */
  z.object({ type: z.literal('step.skipped'), step, reason: z.string(), isRefused: z.boolean().optional() }),
  /** Somebody said that a database or a whole cluster is meant; what they gave is passed on as it is. */
  z.object({ type: z.literal('confirmed'), step, name: z.string(), by: z.enum(['room', 'plan']) }),
  /** Written before the run is started: whatever becomes of the day, its run can be found. */
  z.object({
    type: z.literal('scenario.began'),
    step,
    attempt: z.int().positive(),
    runId: z.string(),
    args: z.array(z.string()),
  }),
  z.object({ type: z.literal('scenario.process'), step, runId: z.string(), pid: z.int(), startTicks: z.int() }),
  /** The room said that it begins to take the site away. The moment that counts is in the record of the run. */
  z.object({ type: z.literal('taken-by-hand'), step, runId: z.string() }),
  /** Somebody pressed the stop key, a criterion was met during the run, or it waited for people and nobody was there; `step` is what was open. */
  z.object({
    type: z.literal('stopped'),
    step: step.nullable(),
    by: z.enum(['key', 'signal', 'criterion', 'nobody']),
  }),
  z.object({
    type: z.literal('scenario.ended'),
    step,
    runId: z.string(),
    /** `lost`: its process was killed; `not-begun`: it ended before its record began; `refused`: it said why it may not or cannot begin, and touched nothing. */
    how: z.enum(['finished', 'lost', 'not-begun', 'refused']),
    run: runSummarySchema.nullable(),
    detail: z.string(),
    /** From the stop key until everything was undone; null where nobody stopped it. */
    undoneAfterMs: ms.nullable(),
    /** From the stop key until the fault was undone; null also where it was undone before, or that was not seen. */
    faultUndoneAfterMs: ms.nullable().default(null),
    /** Found when the day was taken up again, not watched until its end. */
    isFoundLater: z.boolean(),
  }),
  z.object({ type: z.literal('cleaned-up'), succeeded: z.boolean(), detail: z.string() }),
  z.object({ type: z.literal('manual.began'), step, owner: z.string() }),
  z.object({
    type: z.literal('manual.ended'),
    step,
    outcome: z.enum(['done', 'not-done', 'nobody']),
    tookMs: ms.nullable(),
    /** Wall time only where a restart lies between beginning and end. */
    clock: z.enum(['monotonic', 'wall']),
    remark: z.string(),
  }),
  /** Nothing more is done for a step: what it showed has been looked at. */
  z.object({ type: z.literal('step.concluded'), step }),
  z.object({ type: z.literal('observed'), text: z.string() }),
  z.object({
    type: z.literal('criterion.met'),
    criterion: z.int().nonnegative(),
    step,
    text: z.string(),
    /** Where it was met while the run went on, which was stopped then: by which event of its record, and when that was written down there. Left out: at its end. */
    during: z.object({ runId: z.string(), event: z.int(), atMs: ms }).optional(),
  }),
  z.object({ type: z.literal('criterion.overruled'), criterion: z.int().nonnegative(), step, reason: z.string() }),
  z.object({
    type: z.literal('aborted'),
    by: z.enum(['criterion', 'person', 'no-go']),
    criterion: z.int().nonnegative().nullable(),
    reason: z.string(),
  }),
  z.object({ type: z.literal('hypothesis.judged'), step, holds: z.boolean().nullable(), remark: z.string() }),
  z.object({ type: z.literal('item.added'), item: actionItemSchema }),
  z.object({ type: z.literal('item.closed'), id: z.string(), remark: z.string() }),
  z.object({ type: z.literal('debriefed') }),
  z.object({ type: z.literal('paused') }),
  z.object({ type: z.literal('stack.down'), succeeded: z.boolean(), detail: z.string() }),
  z.object({ type: z.literal('day.ended') }),
]);

export type GameDayBody = z.infer<typeof body>;

/** `i` is its index; `session` from 1; `t` milliseconds since that session began; `wall` is for people and for what lies between sessions. */
export const gameDayEventSchema = z.intersection(
  z.object({ i: z.int(), session: z.int().positive(), t: ms, wall: z.string() }),
  body,
);
export type GameDayEvent = GameDayBody & {
  readonly i: number;
  readonly session: number;
  readonly t: number;
  readonly wall: string;
};
export type GameDayEventOf<T extends GameDayBody['type']> = Extract<GameDayEvent, { type: T }>;
export type RunSummary = z.infer<typeof runSummarySchema>;
export type GoNoGoInput = z.infer<typeof goNoGoInputSchema>;
export type ActionItem = z.infer<typeof actionItemSchema>;
export type GameDayPlace = z.infer<typeof gameDayPlaceSchema>;
export type EarlierDay = z.infer<typeof earlierDaySchema>;
