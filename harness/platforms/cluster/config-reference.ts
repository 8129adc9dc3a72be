/** How a configuration names a value that must not stand in it. */
import { z } from 'zod';

export const filled = z.string().min(1, 'must not be empty');

/** Where a credential is. Its value is never in the file, and what was written in its place is never shown. */
export const reference = z
  .strictObject(
    {
      env: filled.optional(),
      file: filled.optional(),
      secret: z.strictObject({ name: filled, key: filled }).optional(),
    },
    {
      error: ({ input }) =>
        typeof input === 'object' ? undefined : 'is written out here: name where it is, by env, file or secret',
    },
  )
  .refine(
    (one) => Object.values(one).filter((value) => value !== undefined).length === 1,
    'takes one of env, file and secret',
  )
  .describe('where the value is: an environment variable, a file, or a key of a Kubernetes secret in the namespace');

export type Reference = z.infer<typeof reference>;
