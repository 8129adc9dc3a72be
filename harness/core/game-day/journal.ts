/** `journal.json` of a game day: derived from its record alone, so the same record gives the same bytes. */
import { z } from 'zod';
import { auditResultSchema, auditVerdictSchema } from '../audit.ts';
import { actionItemSchema, earlierDaySchema, goNoGoInputSchema, runSummarySchema } from './events.ts';

const verdict = z.enum(['pass', 'fail', 'unknown']);

export const gameDayStepSchema = z.object({
  id: z.string(),
  title: z.string(),
  kind: z.enum(['scenario', 'manual']),
  verdict,
  /** How it ended, in one sentence. */
  summary: z.string(),
  /** What may be broken there did not allow it: nothing was touched, and nothing is known. */
  isRefused: z.boolean().default(false),
  hypothesis: z.string(),
  /** What was expected in numbers, in words; empty where people judge. */
  expected: z.array(z.string()),
  /** What was measured, in words. */
  measured: z.array(z.string()),
  /** `confirmed` and `refuted` by numbers or by people; `open` where neither can be said. */
  finding: z.enum(['confirmed', 'refuted', 'open']),
  judgedBy: z.enum(['numbers', 'people', 'nobody']),
  remark: z.string(),
  /** Of a scenario: its run, and how often it was begun. */
  run: runSummarySchema.nullable(),
  attempts: z.int(),
  /** From the end of its run until the stack was seen steady and redundant again; that is looked at when the next scenario begins. Null where nobody looked since. */
  steadyAgainSeconds: z.number().nullable().default(null),
  /** Of a manual step. */
  owner: z.string().nullable(),
  limitSeconds: z.number().nullable(),
  tookSeconds: z.number().nullable(),
  /** `wall` where a restart lies within it: then it holds the time in which nobody worked on it, too. */
  clock: z.enum(['monotonic', 'wall']).nullable(),
});

export const gameDayAuditSchema = z.object({
  says: goNoGoInputSchema.shape.says,
  detail: z.string(),
  /** What the plan requires of it; `verdict` is null where the audit did not ask for it. */
  required: z.array(z.object({ id: z.string(), title: z.string(), verdict: auditVerdictSchema.nullable() })),
  /** The audit itself; null where it said nothing that can be read. Its own report is in the folder `auditId` beside this one's. */
  result: auditResultSchema.nullable(),
});

/** On the axis of the day: seconds of all sessions one after the other; what lies between two sessions takes no room. */
const moment = z.object({ atSeconds: z.number(), wall: z.string() });

export const gameDayJournalSchema = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal('game-day'),
  dayId: z.string(),
  title: z.string(),
  purpose: z.string(),
  planFile: z.string(),
  verdict,
  headline: z.string(),
  outcome: z.enum(['completed', 'aborted', 'no-go', 'unfinished']),
  reason: z.string().nullable(),
  attended: z.boolean(),
  /** What took the place of the harness for scenarios: then nothing was broken, and nothing proven. */
  standIn: z.string().nullable(),
  /** What it was about: `local`, `kind`, or the existing Airbyte in words; null in journals from before that was written down. */
  where: z.string().nullable().default(null),
  wallStart: z.string(),
  wallEnd: z.string(),
  /** Of all sessions together. */
  durationSeconds: z.number(),
  steps: z.array(gameDayStepSchema),
  findings: z.array(z.object({ severity: z.enum(['high', 'low']), text: z.string(), step: z.string().nullable() })),
  goNoGo: z
    .object({
      inputs: z.array(goNoGoInputSchema),
      decision: z.enum(['go', 'no-go']),
      by: z.enum(['room', 'harness']),
      reason: z.string(),
    })
    .nullable(),
  /** What an audit of the system said before the day; null when none was made. */
  audit: gameDayAuditSchema.nullable(),
  criteria: z.array(
    z.object({
      text: z.string(),
      /** `seen-to`: it is not for the harness to see. */
      state: z.enum(['met', 'met-and-overruled', 'not-met', 'seen-to']),
      step: z.string().nullable(),
      detail: z.string(),
      /** Where it was met during a run, which was stopped for it: the event of that run's record by which it was known. */
      during: z.object({ runId: z.string(), event: z.int(), atSeconds: z.number() }).nullable().default(null),
    }),
  ),
  axis: z.array(
    moment.extend({
      kind: z.enum(['observation', 'stop', 'abort', 'criterion', 'resumed', 'break', 'by-hand']),
      text: z.string(),
    }),
  ),
  bars: z.array(z.object({ step: z.string(), fromSeconds: z.number(), toSeconds: z.number(), isOpen: z.boolean() })),
  sessions: z.array(
    z.object({
      atSeconds: z.number(),
      seconds: z.number(),
      wall: z.string(),
      /** How the session before it ended, and how long nobody went on; null for the first. */
      after: z.enum(['break', 'crash']).nullable(),
      gapSeconds: z.number().nullable(),
    }),
  ),
  /** From the stop key until the fault was undone, and until everything was. */
  stops: z.array(
    z.object({
      step: z.string().nullable(),
      faultUndoneAfterSeconds: z.number().nullable().default(null),
      undoneAfterSeconds: z.number().nullable(),
    }),
  ),
  told: z.array(
    z.object({
      who: z.string(),
      occasion: z.enum(['before', 'abort', 'after']),
      delivered: z.boolean().nullable(),
      detail: z.string(),
    }),
  ),
  items: z.array(
    actionItemSchema.extend({
      /** From an earlier game day, or of this one. */
      isOld: z.boolean(),
      state: z.enum(['open', 'closed']),
      remark: z.string(),
    }),
  ),
  earlier: z.array(earlierDaySchema),
  /** `2027-02-26`; null where the plan does not say how often. */
  nextDue: z.string().nullable(),
  environment: z.record(z.string(), z.string()),
  eventCount: z.int(),
});

export type GameDayJournal = z.infer<typeof gameDayJournalSchema>;
export type GameDayStep = z.infer<typeof gameDayStepSchema>;
export type GameDayAudit = z.infer<typeof gameDayAuditSchema>;
