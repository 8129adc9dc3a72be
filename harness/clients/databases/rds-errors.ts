import { ChaosError, describeError } from '../../core/errors.ts';
import { providerError, type FailureKind } from './provider-error.ts';

/** Names of errors in replies of RDS and of AWS in general (API Reference, "Common errors"), and of the SDK itself. */
const KINDS: readonly (readonly [name: RegExp, kind: FailureKind])[] = [
  [/^(Throttl|RequestLimitExceeded|TooManyRequests|RequestThrottled|SlowDown)/, 'throttled'],
  [/^(AccessDenied|UnauthorizedOperation|NotAuthorized|OptInRequired)/, 'denied'],
  [/^(InvalidClientTokenId|SignatureDoesNotMatch|ExpiredToken|UnrecognizedClient|IncompleteSignature)/, 'denied'],
  [/^(DBInstanceNotFound|DBClusterNotFound)/, 'unknown-database'],
  [/^(InvalidDBInstanceState|InvalidDBClusterState)/, 'busy'],
  [/^(CredentialsProviderError|TokenProviderError)/, 'no-credentials'],
  [/^(TimeoutError|AbortError)/, 'unreachable'],
];
const NO_ANSWER = /ECONN|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPIPE|CERT|socket hang up/;

const TRY_THIS = {
  'no-credentials':
    'Give credentials as for the AWS command line: AWS_PROFILE, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the role of the machine.',
} as const;

/** The ChaosError of a failed call to RDS. */
export function rdsError(call: string, error: unknown, secrets: readonly string[]): ChaosError {
  if (error instanceof ChaosError) return error;
  const name = error instanceof Error ? error.name : 'Error';
  const said = describeError(error);
  if (/region is missing/i.test(said)) {
    return new ChaosError({
      code: 'usage',
      message: `${call} failed: no AWS region is set.`,
      tryThis: 'Add --region, or set AWS_REGION.',
    });
  }
  return providerError(
    { call, kind: kindOf(name, error, said), said: name === 'Error' ? said : `${name}: ${said}`, tryThis: TRY_THIS },
    secrets,
  );
}

function kindOf(name: string, error: unknown, said: string): FailureKind {
  const known = KINDS.find(([pattern]) => pattern.test(name));
  if (known !== undefined) return known[1];
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  return NO_ANSWER.test(`${code} ${said}`) ? 'unreachable' : 'refused';
}
