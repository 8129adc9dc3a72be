import { z } from 'zod';
import { isDuration, toMillis } from '../core/duration.ts';
import type { Objective, RetryPolicy } from '../core/events.ts';
import { readYamlFile, type FileKind } from './yaml-file.ts';

const OBJECTIVES: FileKind = {
  code: 'objectives',
  message: 'The objectives cannot be used.',
  tryThis:
    'scenarios/objectives.yaml shows the form; `npm run chaos -- validate` checks a file without running anything.',
};

const seconds = z
  .string()
  .refine(isDuration, 'is not a duration; write a number and a unit without a space, for example 30s or 5m')
  .transform((text) => toMillis(text) / 1000);
const objective = z.strictObject({
  expected: seconds.optional(),
  recovery: seconds.refine((value) => value > 0, 'must be more than 0'),
  hung_after: seconds.refine((value) => value > 0, 'must be more than 0').optional(),
  lost_writes: z.int().nonnegative(),
  recovery_point: seconds.optional(),
  impact: z.string().optional(),
  how: z.string().optional(),
  source: z.string().min(1),
});
const exponential = z
  .strictObject({
    kind: z.literal('exponential'),
    attempts: z.int().positive(),
    initial: seconds,
    factor: z.number().positive(),
    max: seconds,
  })
  .transform(({ kind, attempts, initial, factor, max }): RetryPolicy => ({
    kind,
    attempts,
    initialSeconds: initial,
    factor,
    maxSeconds: max,
  }));
const airbyte = z
  .strictObject({
    kind: z.literal('airbyte'),
    complete_successive: z.int().positive(),
    complete_total: z.int().positive(),
    partial_successive: z.int().positive(),
    partial_total: z.int().positive(),
    min: seconds,
    max: seconds,
    base: z.number().positive(),
  })
  .transform((raw): RetryPolicy => ({
    kind: raw.kind,
    completeSuccessive: raw.complete_successive,
    completeTotal: raw.complete_total,
    partialSuccessive: raw.partial_successive,
    partialTotal: raw.partial_total,
    minSeconds: raw.min,
    maxSeconds: raw.max,
    base: raw.base,
  }));
const file = z.strictObject({
  version: z.literal(1),
  objectives: z.record(z.string(), objective),
  retry: z.strictObject({ documented: exponential, airbyte }),
});

/** The targets of a file, by id. Times in seconds. */
export interface Objectives {
  readonly byId: ReadonlyMap<string, Objective>;
  readonly retry: Readonly<Record<'documented' | 'airbyte', RetryPolicy>>;
}

/**
 * Reads and checks a file of objectives.
 * @throws ChaosError `objectives` naming file, line and column of each mistake.
 */
export async function readObjectives(path: string): Promise<Objectives> {
  return describe(await readYamlFile(path, file, OBJECTIVES));
}

function describe(raw: z.infer<typeof file>): Objectives {
  const entries = Object.entries(raw.objectives).map(([id, written]): [string, Objective] => [
    id,
    {
      id,
      recoverySeconds: written.recovery,
      lostWrites: written.lost_writes,
      source: written.source,
      ...(written.expected === undefined ? {} : { expectedSeconds: written.expected }),
      ...(written.hung_after === undefined ? {} : { hungAfterSeconds: written.hung_after }),
      ...(written.recovery_point === undefined ? {} : { recoveryPointSeconds: written.recovery_point }),
      ...(written.impact === undefined ? {} : { impact: written.impact }),
      ...(written.how === undefined ? {} : { recovery: written.how }),
    },
  ]);
  return { byId: new Map(entries), retry: raw.retry };
}
