import { z } from 'zod';

/** A retry policy as the operator wrote it down. */
export const retryPolicySchema = z.discriminatedUnion('kind', [
  z.object({
    /** The documented one: at most `attempts` attempts, waits of initial·factor^(n−1) seconds up to a maximum. */
    kind: z.literal('exponential'),
    attempts: z.int().positive(),
    initialSeconds: z.number().nonnegative(),
    factor: z.number().positive(),
    maxSeconds: z.number().nonnegative(),
  }),
  z.object({
    /** Airbyte ≥ 0.50.4 (RetryManager, BackoffPolicy): limits for complete and partial failures, back-off only after complete ones. */
    kind: z.literal('airbyte'),
    completeSuccessive: z.int().positive(),
    completeTotal: z.int().positive(),
    partialSuccessive: z.int().positive(),
    partialTotal: z.int().positive(),
    minSeconds: z.number().nonnegative(),
    maxSeconds: z.number().nonnegative(),
    base: z.number().positive(),
  }),
]);
export type RetryPolicy = z.infer<typeof retryPolicySchema>;

/** A documented recovery target and where it was written. Times in seconds, as people write them. */
export const objectiveSchema = z.object({
  id: z.string(),
  /** "expected about": faster is reported as better than expected. */
  expectedSeconds: z.number().nonnegative().optional(),
  /** The RTO: recovery must end within it. */
  recoverySeconds: z.number().positive(),
  /** A job that was in flight and is not over so long after the fault is hung; when it is left out, the waits of the scenario decide. */
  hungAfterSeconds: z.number().positive().optional(),
  /** The RPO in records or acknowledged writes. */
  lostWrites: z.int().nonnegative(),
  /** The RPO as time: more lost writes are allowed when they were all acknowledged within this span. */
  recoveryPointSeconds: z.number().nonnegative().optional(),
  impact: z.string().optional(),
  recovery: z.string().optional(),
  source: z.string(),
});
export type Objective = z.infer<typeof objectiveSchema>;
