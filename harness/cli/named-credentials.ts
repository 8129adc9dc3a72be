import { ChaosError } from '../core/errors.ts';
import type { CredentialPart } from '../platforms/cluster/api-credentials-config.ts';
import type { Reference } from '../platforms/cluster/config-reference.ts';
import { FLAGS, placesOf, type CredentialOptions } from './monitor/credentials.ts';

/** Where the parts of `credentials.api` are; empty where nothing was said. */
export type NamedCredentials = Readonly<Partial<Record<CredentialPart, Reference>>>;

/** What options say of credentials, as a configuration names it: nothing is read. @throws ChaosError `usage`, which repeats no place: it may be the secret itself. */
export function namedCredentials(options: CredentialOptions): NamedCredentials {
  const { token, clientId, clientSecret, username, password } = placesOf(options);
  return {
    ...(token === undefined ? {} : { token: referenceOf(FLAGS.token, token) }),
    ...(clientId === undefined ? {} : { clientId: referenceOf(FLAGS.clientId, clientId) }),
    ...(clientSecret === undefined ? {} : { clientSecret: referenceOf(FLAGS.clientSecret, clientSecret) }),
    ...(username === undefined ? {} : { username: referenceOf(FLAGS.username, username) }),
    ...(password === undefined ? {} : { password: referenceOf(FLAGS.password, password) }),
  };
}

function referenceOf(flag: string, place: string): Reference {
  const [, name, key] = /^secret:([^/]+)\/(.+)$/.exec(place) ?? [];
  if (name !== undefined && key !== undefined) return { secret: { name, key } };
  const [, kind, where] = /^(env|file):(.+)$/.exec(place) ?? [];
  if (where !== undefined) return kind === 'env' ? { env: where } : { file: where };
  throw new ChaosError({
    code: 'usage',
    message: `${flag} wants env:NAME, file:PATH or secret:NAME/KEY, never the value itself.`,
    tryThis: `For example ${flag} secret:airbyte-basic-auth/${flag === FLAGS.password ? 'password' : 'username'}.`,
  });
}
