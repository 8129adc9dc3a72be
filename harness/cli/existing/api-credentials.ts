import type { ApiCredentials } from '../../clients/monitor/bearer.ts';
import { ChaosError } from '../../core/errors.ts';
import type { ClusterConfig } from '../../platforms/cluster/cluster-config.ts';
import type { Reference } from '../../platforms/cluster/config-reference.ts';
import type { GuardedApi } from '../../platforms/cluster/guarded-api.ts';
import { resolveReference } from '../monitor/credentials.ts';

/**
 * The credentials of Airbyte's API, from where the configuration says that they are.
 * @throws ChaosError `config` where they are not there, without a word of what is.
 */
export async function apiCredentials(
  { credentials, namespace }: ClusterConfig,
  api: GuardedApi,
): Promise<ApiCredentials> {
  const { token, clientId, clientSecret } = credentials.api ?? {};
  const valueOf = async (name: string, reference: Reference): Promise<string> =>
    readReference({ api, namespace }, `credentials.api.${name}`, reference);
  if (token !== undefined) return { kind: 'token', token: await valueOf('token', token) };
  if (clientId === undefined || clientSecret === undefined) return { kind: 'none' };
  return {
    kind: 'client',
    clientId: await valueOf('clientId', clientId),
    clientSecret: await valueOf('clientSecret', clientSecret),
  };
}

/**
 * The value that a reference of the configuration stands for: a variable, a file, or a key of a secret in the namespace.
 * @param what its place in the configuration
 * @param resolve how a variable or a file is read; without it, as a token
 * @throws ChaosError as {@link apiCredentials}.
 */
export async function readReference(
  { api, namespace }: { readonly api: GuardedApi; readonly namespace: string },
  what: string,
  { env, file, secret }: Reference,
  resolve = resolveReference,
): Promise<string> {
  if (secret !== undefined) return readSecret(api, namespace, secret, what);
  return resolve(what, env === undefined ? `file:${file}` : `env:${env}`);
}

/** What must not be written anywhere. */
export function secretsOf(credentials: ApiCredentials): readonly string[] {
  switch (credentials.kind) {
    case 'none':
      return [];
    case 'token':
      return [credentials.token];
    case 'client':
      return [credentials.clientId, credentials.clientSecret];
    default:
      return credentials satisfies never;
  }
}

async function readSecret(
  { core }: GuardedApi,
  namespace: string,
  { name, key }: NonNullable<Reference['secret']>,
  what: string,
): Promise<string> {
  let data: Readonly<Record<string, string>> | undefined;
  try {
    ({ data } = await core.readNamespacedSecret({ name, namespace }));
  } catch {
    // What the server answered may hold what it was asked for.
    throw new ChaosError({
      code: 'config',
      message: `${what}: the secret ${name} of namespace ${namespace} cannot be read.`,
      tryThis: `kubectl auth can-i get secrets/${name} --namespace ${namespace}`,
    });
  }
  const value = Buffer.from(data?.[key] ?? '', 'base64')
    .toString('utf8')
    .trim();
  if (value !== '') return value;
  throw new ChaosError({ code: 'config', message: `${what}: the secret ${name} has no key ${key}, or it is empty.` });
}
