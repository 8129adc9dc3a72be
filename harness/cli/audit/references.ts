import type { ApiCredentials } from '../../clients/monitor/bearer.ts';
import { ChaosError } from '../../core/errors.ts';
import type { ClusterConfig } from '../../platforms/cluster/cluster-config.ts';
import { readCredentials, resolveReference } from '../monitor/credentials.ts';

type Reference = NonNullable<ClusterConfig['audit']['sql']>['user'];

/** The value of a credential that the configuration names. @throws ChaosError `config` or `usage`, which never repeats it. */
export function valueOf(path: string, reference: Reference): string {
  return resolveReference(path, placeOf(path, reference));
}

/** The credentials of Airbyte's API. @throws ChaosError as {@link valueOf}. */
export function apiCredentialsOf({ credentials: { api } }: ClusterConfig): ApiCredentials {
  const of = (name: 'token' | 'clientId' | 'clientSecret'): string | undefined => {
    const reference = api?.[name];
    return reference === undefined ? undefined : placeOf(`credentials.api.${name}`, reference);
  };
  const [tokenFrom, clientIdFrom, clientSecretFrom] = [of('token'), of('clientId'), of('clientSecret')];
  return readCredentials({
    ...(tokenFrom === undefined ? {} : { tokenFrom }),
    ...(clientIdFrom === undefined ? {} : { clientIdFrom }),
    ...(clientSecretFrom === undefined ? {} : { clientSecretFrom }),
  });
}

function placeOf(path: string, { env, file }: Reference): string {
  if (env !== undefined) return `env:${env}`;
  if (file !== undefined) return `file:${file}`;
  throw new ChaosError({
    code: 'config',
    message: `${path} is in a Secret of the cluster, and the audit reads none.`,
    tryThis: 'Name an environment variable or a file instead.',
  });
}
