import { ChaosError, describeError } from '../../core/errors.ts';
import { errorReply } from './cloud-sql-replies.ts';
import { providerError, type FailureKind } from './provider-error.ts';

const TRY_THIS = {
  'no-credentials':
    'Run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS or CLOUDSDK_AUTH_ACCESS_TOKEN.',
  busy: 'Wait until the operation that is under way has ended (`npm run chaos -- database` lists it), then start again.',
} as const;
const NO_CREDENTIALS = /could not load the default credentials|unable to detect a project id|invalid_grant/i;

/** The ChaosError of a failed call to the Cloud SQL Admin API. */
export function cloudSqlError(call: string, error: unknown, secrets: readonly string[]): ChaosError {
  if (error instanceof ChaosError) return error;
  const { status, body } = replyOf(error);
  const parsed = errorReply.safeParse(body);
  const detail = parsed.success ? parsed.data.error : undefined;
  const reason = detail?.errors[0]?.reason ?? detail?.status;
  const words = detail?.message === undefined || detail.message === '' ? describeError(error) : detail.message;
  const said = [status === undefined ? undefined : String(status), reason]
    .filter((word) => word !== undefined)
    .join(' ');
  const kind = status === undefined ? kindWithoutStatus(words) : kindOfStatus(status, reason);
  return providerError({ call, kind, said: said === '' ? words : `${said}: ${words}`, tryThis: TRY_THIS }, secrets);
}

/**
 * 403 is also what a quota answers (reason `rateLimitExceeded`), and 404 what an instance answers that the caller may not see
 * ("Cloud SQL Admin API error messages").
 */
function kindOfStatus(status: number, reason: string | undefined): FailureKind {
  if (status === 429 || /rateLimit|quota|RESOURCE_EXHAUSTED/i.test(reason ?? '')) return 'throttled';
  if (status === 401 || status === 403) return 'denied';
  if (status === 404) return 'unknown-database';
  if (status === 409) return 'busy';
  return 'refused';
}

function kindWithoutStatus(words: string): FailureKind {
  return NO_CREDENTIALS.test(words) ? 'no-credentials' : 'unreachable';
}

/** Status and body of the reply that an error of Google's HTTP client carries. */
function replyOf(error: unknown): { status?: number; body?: unknown } {
  if (!(error instanceof Error) || !('response' in error)) return {};
  const { response } = error;
  if (typeof response !== 'object' || response === null) return {};
  const status = 'status' in response && typeof response.status === 'number' ? response.status : undefined;
  return { ...(status === undefined ? {} : { status }), ...('data' in response ? { body: response.data } : {}) };
}
