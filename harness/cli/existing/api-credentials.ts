import { openAuthorization, type ApiCredentials } from '../../clients/monitor/api-credentials.ts';
import { ChaosError } from '../../core/errors.ts';
import type { ClusterConfig } from '../../platforms/cluster/cluster-config.ts';
import type { Reference } from '../../platforms/cluster/config-reference.ts';
import type { GuardedApi } from '../../platforms/cluster/guarded-api.ts';
import type { HealthAddress } from '../../workload/http-probes.ts';
import {
  forBasic,
  resolvePhrase,
  resolveReference,
  resolveText,
  trimmed,
  withoutLineEnd,
} from '../monitor/credentials.ts';

/**
 * The credentials of Airbyte's API, from where the configuration says that they are.
 * @throws ChaosError `config` where they are not there, without a word of what is.
 */
export async function apiCredentials(
  { credentials, namespace }: ClusterConfig,
  api: GuardedApi,
): Promise<ApiCredentials> {
  const { token, clientId, clientSecret, username, password } = credentials.api ?? {};
  const valueOf = async (name: string, reference: Reference, form?: ValueForm): Promise<string> =>
    readReference({ api, namespace }, `credentials.api.${name}`, reference, form);
  const phraseOf = async (part: 'username' | 'password', reference: Reference): Promise<string> =>
    forBasic(part, `credentials.api.${part}`, await valueOf(part, reference, PHRASE));
  if (token !== undefined) return { kind: 'token', token: await valueOf('token', token) };
  if (clientId !== undefined && clientSecret !== undefined) {
    return {
      kind: 'client',
      clientId: await valueOf('clientId', clientId),
      clientSecret: await valueOf('clientSecret', clientSecret),
    };
  }
  if (username === undefined || password === undefined) return { kind: 'none' };
  return {
    kind: 'basic',
    username: await phraseOf('username', username),
    password: await phraseOf('password', password),
  };
}

/** Credentials for what asks for health alone: others than HTTP Basic are not read, since it needs none. @throws ChaosError as {@link apiCredentials}. */
export async function credentialsForHealth(config: ClusterConfig, api: GuardedApi): Promise<ApiCredentials> {
  return config.credentials.api?.username === undefined ? { kind: 'none' } : apiCredentials(config, api);
}

/** Where the health of an API is asked for, and as whom. */
export function healthOf(api: URL, credentials: ApiCredentials): HealthAddress {
  return { url: `${api.href}/health`, authorization: openAuthorization(credentials) };
}

/** What a value is: how one of this machine is read, and how one of a secret is cleaned. */
interface ValueForm {
  readonly resolve: (what: string, reference: string) => string;
  readonly clean: (text: string) => string;
}
const TOKEN: ValueForm = { resolve: resolveReference, clean: trimmed };
/** Any text. */
export const TEXT: ValueForm = { resolve: resolveText, clean: trimmed };
/** It may begin and end with a space. */
const PHRASE: ValueForm = { resolve: resolvePhrase, clean: withoutLineEnd };

/**
 * The value that a reference of the configuration stands for: a variable, a file, or a key of a secret in the namespace.
 * @param what its place in the configuration
 * @param form what it is; without it, a token
 * @throws ChaosError as {@link apiCredentials}.
 */
export async function readReference(
  { api, namespace }: { readonly api: GuardedApi; readonly namespace: string },
  what: string,
  { env, file, secret }: Reference,
  { resolve, clean }: ValueForm = TOKEN,
): Promise<string> {
  if (secret !== undefined) return readSecret({ api, namespace }, secret, what, clean);
  return resolve(what, env === undefined ? `file:${file}` : `env:${env}`);
}

async function readSecret(
  { api: { core }, namespace }: { readonly api: GuardedApi; readonly namespace: string },
  { name, key }: NonNullable<Reference['secret']>,
  what: string,
  clean: ValueForm['clean'],
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
  const value = clean(Buffer.from(data?.[key] ?? '', 'base64').toString('utf8'));
  if (value !== '') return value;
  throw new ChaosError({ code: 'config', message: `${what}: the secret ${name} has no key ${key}, or it is empty.` });
}
