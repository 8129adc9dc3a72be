/** `journal.json` of a series: several scenarios on one stack. Derived from its record and the journals of its runs. */
import { z } from 'zod';
import { checkSchema, journalSchema, trialSchema } from './journal.ts';

const verdict = z.enum(['pass', 'fail', 'unknown']);

export const seriesRunSchema = z.object({
  /** The folder of the run, beside that of the series. */
  runId: z.string(),
  scenario: journalSchema.shape.scenario,
  verdict,
  headline: z.string(),
  outcome: journalSchema.shape.outcome,
  durationSeconds: z.number(),
  recoverySeconds: trialSchema.shape.recovery.shape.measuredSeconds,
  objectiveSeconds: z.number(),
  objectiveSource: z.string(),
  checks: z.object({ pass: z.int(), fail: z.int(), unknown: z.int() }),
  /** What did not pass by itself; what only follows from it is left out. */
  causes: z.array(z.object({ check: z.string(), verdict, summary: z.string() })),
  /** How long the stack took, after this run, to be steady and redundant again; null where nobody waited or it never was. */
  steadyAgainSeconds: z.number().nullable(),
});

export const seriesJournalSchema = z.object({
  schemaVersion: z.literal(1),
  /** Tells this journal from that of a single run. */
  kind: z.literal('series'),
  runId: z.string(),
  verdict,
  headline: z.string(),
  outcome: journalSchema.shape.outcome,
  reason: z.string().optional(),
  wallStart: z.string(),
  durationSeconds: z.number(),
  /** What the whole should take at most: shown, not judged. */
  targetSeconds: z.number(),
  runs: z.array(seriesRunSchema),
  notRun: z.array(z.object({ scenario: z.string(), title: z.string() })),
  leftOut: z.array(z.string()),
  /** What the platform cannot do, with the capabilities that it lacks. */
  notHere: z.array(z.object({ scenario: z.string(), lacks: z.array(z.string()) })).optional(),
  /** About the series as a whole. */
  checks: z.array(checkSchema),
  command: z.string(),
  seed: z.int(),
  environment: z.record(z.string(), z.string()),
  eventCount: z.int(),
});

export type SeriesJournal = z.infer<typeof seriesJournalSchema>;
export type SeriesRun = z.infer<typeof seriesRunSchema>;
