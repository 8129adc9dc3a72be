/** What of a recovery only the operator's own commands can do: the section `recovery` of `chaos.config.yaml`. */
import { z } from 'zod';
import { isDuration, toMillis } from '../../../core/duration.ts';
import { filled } from '../config-reference.ts';

/** A variable of the environment. */
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is no name of a variable');
/** Also the name of its log file. */
const stepId = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,40}[a-z0-9])?$/, 'takes small letters, digits and hyphens');

const command = z
  .array(z.string(), {
    error: ({ input }) =>
      typeof input === 'string' ? 'is a line for a shell; write its words as a list: [kubectl, apply, …]' : undefined,
  })
  .min(1, 'names no program')
  .refine(([program]) => program !== '', 'names no program')
  .describe('the program and its words, as a list: no shell reads them');

const within = z
  .string()
  .refine(isDuration, 'is no duration; write it as 10m')
  .describe('after so long it is ended, with what it has started');

const action = { command, within };

/** In place of the time in which the original answers again. */
export const NEVER = 'never';

export const recoverySchema = z
  .strictObject({
    env: z
      .array(variable)
      .default([])
      .describe('variables that the commands need and that are credentials: their values are never written anywhere'),
    settings: z
      .record(variable, z.string())
      .default({})
      .describe('variables that the commands need and that are no secret, with their values'),
    break: z
      .strictObject(action)
      .optional()
      .describe('what takes the site away; without it a person is asked to do so, at a terminal'),
    steps: z
      .array(z.strictObject({ id: stepId, title: filled, owner: filled.optional(), ...action }))
      .min(1, 'names no step')
      .refine((steps) => new Set(steps.map(({ id }) => id)).size === steps.length, 'has two steps of one id')
      .describe('what is done to recover, in order; the first that fails ends it'),
    endpoint: z
      .url({ protocol: /^https?$/, error: 'is no URL' })
      .optional()
      .describe('where the API is reached after the recovery, where that is another address'),
    restoreOriginal: z
      .array(z.strictObject(action))
      .default([])
      .describe(
        'what ends the rehearsal and brings the original back; written down before the break, done once at the end of every run; where it fails, `cleanup` does all of it again, and says so',
      ),
    schedulesWithin: within
      .refine((text) => !isDuration(text) || toMillis(text) > 0, 'must be more than nothing')
      .optional()
      .describe(
        'fires of schedules are waited for so long after the recovery; without it as long as the objective of the recovery allows',
      ),
    originalWithin: z
      .string()
      .refine((text) => text === NEVER || isDuration(text), 'is no duration; write it as 10m, or never')
      .default('5m')
      .describe(
        'so soon after `restoreOriginal` the API has to answer well at `endpoints.api`, or the run does not pass; `never` where the original does not come back',
      ),
  })
  .refine(
    ({ break: taking, restoreOriginal }) => taking === undefined || restoreOriginal.length > 0,
    'names a break and nothing that brings the original back: restoreOriginal',
  );

/** A `recovery` that has been read and checked. */
export type RecoveryConfig = z.infer<typeof recoverySchema>;
