/** What users of a service saw, one by one: requests of the load that failed, logs of attempts that can be read. */
import { z } from 'zod';
import { changed, ms } from '../event-fields.ts';

/** One request of the load that failed. The first of them are written down; `load` counts all. */
export const loadFailure = z.object({
  type: z.literal('load.failure'),
  /** When its answer, or the error in place of one, was there. */
  at: ms,
  request: z.string(),
  /** Status code of the answer, or why there was none. */
  note: z.string(),
});
/** The log of an attempt that is over, as the API gives it. `lines` is 0 while there is none. */
export const attemptLog = z.object({
  type: z.literal('attempt.log'),
  jobId: z.string(),
  attempt: z.int(),
  lines: z.int(),
  ...changed,
});
