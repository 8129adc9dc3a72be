/** What users of a service saw, one by one: requests of the load that failed, logs of attempts that can be read. */
import { z } from 'zod';
import { changed, ms, observed } from '../event-fields.ts';

/** One request of the load that failed. The first of them are written down; `load` counts all. */
export const loadFailure = z.object({
  type: z.literal('load.failure'),
  /** When its answer, or the error in place of one, was there. */
  at: ms,
  request: z.string(),
  /** Status code of the answer, or why there was none. */
  note: z.string(),
});
/** What time a component told with an answer. */
export const clockTold = z.object({
  type: z.literal('clock.told'),
  component: z.string(),
  /** By how much its clock was ahead of this machine's, in milliseconds, at the least and at the most: answers tell whole seconds. Negative where it was behind. */
  ahead: z.tuple([ms, ms]),
  ...observed,
});
/** The log of an attempt that is over, as the API gives it. `lines` is 0 while there is none. */
export const attemptLog = z.object({
  type: z.literal('attempt.log'),
  jobId: z.string(),
  attempt: z.int(),
  lines: z.int(),
  ...changed,
});
