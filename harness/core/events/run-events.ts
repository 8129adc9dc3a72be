/** The run itself, its platform and its end. */
import { z } from 'zod';
import { componentState, ms, runPhase } from '../event-fields.ts';
import { objectiveSchema, retryPolicySchema } from '../objective.ts';

export const runStarted = z.object({
  type: z.literal('run.started'),
  schemaVersion: z.literal(1),
  runId: z.string(),
  wallStart: z.string(),
  scenario: z.object({ id: z.string(), title: z.string(), proves: z.string(), variant: z.string().optional() }),
  objective: objectiveSchema,
  retryPolicy: retryPolicySchema,
  seed: z.int(),
  trials: z.int().positive(),
  command: z.string(),
  /** Which moment ends the RTO, and why that one. */
  recoveryEnds: z.object({
    milestone: z.string(),
    because: z.string(),
    /** The moment at which the clock of the recovery starts, when it is not the injection. */
    from: z.literal('fault-healed').optional(),
  }),
  /** The moments that the report shows: those that add up to the recovery time, and those beside it. */
  milestones: z.object({ path: z.array(z.string()), beside: z.array(z.string()) }),
  /** Everything a check needs beside the events, as the scenario set it. */
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  environment: z.record(z.string(), z.string()),
});
export const platformReady = z.object({
  type: z.literal('platform.ready'),
  platform: z.string(),
  profile: z.string(),
  /** Versions and choices of the stack under test, e.g. `{ postgres: "18.6", temporal: "dev server 1.32.0" }`. */
  details: z.record(z.string(), z.string()),
  /** How many instances of each component should be ready. */
  expected: z.record(z.string(), z.int()),
  /** What the stack was asked to be, and the weaknesses that were put into it. Missing in older records. */
  settings: z.record(z.string(), z.string()).optional(),
  weaknesses: z.array(z.string()).optional(),
});
export const phase = z.object({ type: z.literal('phase'), name: runPhase });
export const step = z.object({ type: z.literal('step'), text: z.string() });
export const waited = z.object({
  type: z.literal('wait'),
  name: z.string(),
  satisfied: z.boolean(),
  afterMs: ms,
  timeoutMs: ms,
  lastState: z.string(),
});
export const component = z.object({
  type: z.literal('component'),
  component: z.string(),
  instance: z.string(),
  state: componentState,
  ready: z.boolean(),
  pid: z.int().optional(),
  /** Names the run of its main process where a pid does not: the id of its container. */
  incarnation: z.string().optional(),
  /** Names the instance itself through all runs of its main process: the UID of its pod. Missing where there are no pods. */
  uid: z.string().optional(),
  /** The platform takes it away for good, or has done so. */
  removal: z.enum(['begun', 'done']).optional(),
  /** Whether its Service leads to it; missing where it has none. */
  inService: z.boolean().optional(),
  /** The machine that it runs on, where the platform has several. */
  node: z.string().optional(),
  restarts: z.int(),
  detail: z.string().optional(),
});
export const leftovers = z.object({
  type: z.literal('leftovers'),
  scope: z.enum(['after-fault', 'after-teardown']),
  /** False when the scan itself could not be made. */
  complete: z.boolean(),
  found: z.array(z.string()),
});
export const note = z.object({
  type: z.literal('note'),
  level: z.enum(['info', 'warning', 'error']),
  text: z.string(),
});
export const runFinished = z.object({
  type: z.literal('run.finished'),
  outcome: z.enum(['completed', 'refused', 'aborted', 'interrupted']),
  reason: z.string().optional(),
});
