/** A series: several scenarios one after the other on one stack. Its record says what ran; each run has a record of its own. */
import { z } from 'zod';

const entry = z.object({ scenario: z.string(), title: z.string() });

export const seriesStarted = z.object({
  type: z.literal('series.started'),
  schemaVersion: z.literal(1),
  runId: z.string(),
  wallStart: z.string(),
  /** What is to run, in this order. */
  scenarios: z.array(entry),
  /** Scenarios of the catalogue that were left out on request. */
  leftOut: z.array(z.string()),
  /** Scenarios that the platform cannot do, with the capabilities that it lacks. Missing in older records. */
  notHere: z.array(z.object({ scenario: z.string(), lacks: z.array(z.string()) })).optional(),
  /** What the whole should take at most, in seconds: shown, not judged. */
  targetSeconds: z.number().positive(),
  seed: z.int(),
  command: z.string(),
  environment: z.record(z.string(), z.string()),
});
/** A scenario begins; its own record is in the folder `runId` beside this one. */
export const seriesRun = z.object({
  type: z.literal('series.run'),
  scenario: z.string(),
  runId: z.string(),
  /** Its place in the series, from 1. */
  place: z.int().positive(),
});
