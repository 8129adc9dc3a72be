import { ChaosError, type ErrorCode } from '../../core/errors.ts';

/** Why an API of a provider did not do what it was asked. */
export type FailureKind =
  | 'throttled'
  | 'denied'
  | 'unknown-database'
  | 'busy'
  | 'no-credentials'
  | 'unreachable'
  | 'refused';

/** What went wrong in one call, as the provider put it. */
export interface ProviderFailure {
  /** The call, as the provider's documentation names it: `DescribeDBInstances`, `instances.get`. */
  readonly call: string;
  readonly kind: FailureKind;
  /** The provider's code and its own words. */
  readonly said: string;
  /** What to do about each kind; what is left out is said in general words. */
  readonly tryThis?: Partial<Readonly<Record<FailureKind, string>>>;
}

const TRY_THIS: Readonly<Record<FailureKind, string>> = {
  throttled: 'Wait a minute and ask again: other callers of the same account are counted too.',
  denied:
    'Allow the identity that the harness runs as to make this call: docs/decisions/0005-managed-databases.md has the list.',
  'unknown-database': 'Check the name, the region or project, and which account the credentials belong to.',
  busy: 'Wait until what it is doing has ended, then start again.',
  'no-credentials':
    'Give credentials the way this provider’s own command line takes them; the harness has none of its own.',
  unreachable: 'Check the network, the proxy, the region and --endpoint.',
  refused: 'Look at the database with the provider’s own tools.',
};

/**
 * The error of a failed call: code `client`, `no-target` when the database is not known, `environment` when there are no
 * credentials. It has no `cause`: errors of the SDKs carry requests, and requests carry credentials.
 */
export function providerError(failure: ProviderFailure, secrets: readonly string[]): ChaosError {
  return new ChaosError({
    code: codeOf(failure.kind),
    message: `${failure.call} failed: ${withoutSecrets(failure.said, secrets)}`,
    tryThis: failure.tryThis?.[failure.kind] ?? TRY_THIS[failure.kind],
  });
}

/** A forced failover without a second place to go to would only be an outage. */
export function refuseFailover(database: string, reason: string, tryThis: string): ChaosError {
  return new ChaosError({
    code: 'not-steady',
    message: `No failover of ${database} was asked for: ${reason}, so it would only be an outage.`,
    tryThis,
  });
}

/** A wall time as milliseconds since 1970. @throws ChaosError `usage` when the text is no time. */
export function parseWall(wall: string): number {
  const millis = Date.parse(wall);
  if (!Number.isNaN(millis)) return millis;
  throw new ChaosError({ code: 'usage', message: `"${wall}" is not a time.`, tryThis: 'Write it as ISO 8601.' });
}

/** The signal of the caller or a time limit, whichever comes first. Ours, because the SDKs wait for ever by default. */
export function withTimeLimit(signal: AbortSignal, millis: number): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(millis)]);
}

/** The first line only: what follows in a refused signature is the signed request, session token included. */
function withoutSecrets(said: string, secrets: readonly string[]): string {
  const [line = ''] = said.trim().split('\n');
  const masked = secrets
    .filter((secret) => secret !== '')
    .reduce((text, secret) => text.replaceAll(secret, '***'), line);
  return /[.!?]$/.test(masked) ? masked : `${masked}.`;
}

function codeOf(kind: FailureKind): ErrorCode {
  switch (kind) {
    case 'unknown-database':
      return 'no-target';
    case 'no-credentials':
      return 'environment';
    case 'throttled':
    case 'denied':
    case 'busy':
    case 'unreachable':
    case 'refused':
      return 'client';
    default:
      return kind satisfies never;
  }
}
