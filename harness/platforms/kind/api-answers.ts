import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { ChaosError, describeError } from '../../core/errors.ts';

/** What every error of the library has of these: `code` of a request, `statusCode` of a watch; a `Status` object of the API server has `code` too. */
const answered = z.union([z.object({ code: z.int() }), z.object({ statusCode: z.int() })]);
const withHeaders = z.object({ headers: z.record(z.string(), z.string()) });
const withBody = z.object({ body: z.string() });
/** What a connection came to: `ECONNREFUSED`. */
const broken = z.object({ code: z.string() });
const worded = z.object({ message: z.string() });
const refusal = worded.extend({
  details: z.object({ causes: z.array(z.object({ reason: z.string() })) }),
});

export const FORBIDDEN = 403;
const NOT_FOUND = 404;
const CONFLICT = 409;
const TOO_MANY_REQUESTS = 429;
/** Of what an answer said, in characters: how it begins, and, where a webhook was to be asked, why that failed at its end. */
const LONGEST = { beginning: 200, end: 120 } as const;
/** Between two tries, in milliseconds. */
const RETRY_MS = 200;
/** What an API server asks for that is too busy, where its answer cannot be read any more. */
const BUSY_MS = 1000;

/** The status of the answer that became this error; undefined when there was none. */
export function statusOf(error: unknown): number | undefined {
  const found = answered.safeParse(withoutWords(error)).data;
  if (found === undefined) return undefined;
  return 'code' in found ? found.code : found.statusCode;
}

/** True for an error that says that a right is missing. */
export function isForbidden(error: unknown): boolean {
  return statusOf(error) === FORBIDDEN;
}

/** True for an error that says that there is nothing of that name or kind. */
export function isNotThere(error: unknown): boolean {
  return statusOf(error) === NOT_FOUND;
}

/** True for an error that says that another one is there: what was meant by its UID is gone. */
export function isConflict(error: unknown): boolean {
  return statusOf(error) === CONFLICT;
}

/** For people, without headers: `503 Service Unavailable`, `403 Forbidden: nodes "a" is forbidden`, `ECONNREFUSED`. */
export function describeAnswer(error: unknown): string {
  const status = statusOf(error);
  if (status !== undefined) {
    const said = worded.safeParse(statusIn(error)).data;
    return shortened(`${status} ${STATUS_CODES[status] ?? ''}${said === undefined ? '' : `: ${said.message}`}`);
  }
  return faultOf(error) ?? shortened(describeError(withoutWords(error)));
}

function shortened(text: string): string {
  const { beginning, end } = LONGEST;
  return text.length <= beginning + end ? text : `${text.slice(0, beginning)} … ${text.slice(-end)}`;
}

/**
 * True for what passes by itself: an API server that is away, too busy, or in trouble. An eviction that a budget forbids is refused with 429
 * too, and is an answer.
 */
export function isPassing(error: unknown): boolean {
  const status = statusOf(error);
  if (status === undefined) return faultOf(error) !== undefined;
  return status >= 500 || (status === TOO_MANY_REQUESTS && budgetRefusal(error) === undefined);
}

/** In the API server's own words, where a PodDisruptionBudget was what refused an eviction. */
export function budgetRefusal(error: unknown): string | undefined {
  if (statusOf(error) !== TOO_MANY_REQUESTS) return undefined;
  const said = refusal.safeParse(statusIn(error)).data;
  return said?.details.causes.some(({ reason }) => reason === 'DisruptionBudget') === true ? said.message : undefined;
}

/** How long to wait before the next try, in milliseconds: as long as the API server asks for. */
export function pauseAfter(error: unknown): number {
  const wished = withHeaders.safeParse(withoutWords(error)).data?.headers['retry-after'];
  if (wished !== undefined && /^\d+$/.test(wished)) return Math.max(RETRY_MS, Number(wished) * 1000);
  return statusOf(error) === TOO_MANY_REQUESTS ? BUSY_MS : RETRY_MS;
}

/** An error that we made of it has the library's as its cause. */
function withoutWords(error: unknown): unknown {
  return error instanceof ChaosError && error.cause !== undefined ? withoutWords(error.cause) : error;
}

/** `fetch` throws a TypeError when there is no connection, or when it ends; why is in its cause. */
function faultOf(error: unknown): string | undefined {
  const thrown = withoutWords(error);
  return thrown instanceof TypeError ? broken.safeParse(thrown.cause).data?.code : undefined;
}

/** The API server's `Status`: what a watch was told of is one itself, a request has it as its body. */
function statusIn(error: unknown): unknown {
  const answer = withoutWords(error);
  const body = withBody.safeParse(answer).data?.body;
  if (body === undefined) return answer instanceof Error ? undefined : answer;
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // who is too busy says so in plain text
  }
}
