import {
  AppsV1Api,
  AuthenticationV1Api,
  AuthorizationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  DiscoveryV1Api,
} from '@kubernetes/client-node';
import type { GuardedApi } from '../guarded-api.ts';

/** Calls every method of the clients, with all that any of them could want; gives how many there are. */
export async function callEverything(guarded: GuardedApi): Promise<number> {
  const parameters = {
    name: 'x',
    namespace: 'airbyte',
    path: 'x',
    group: 'k6.io',
    version: 'v1alpha1',
    plural: 'testruns',
    resourcePlural: 'testruns',
    body: { metadata: { name: 'x' } },
    command: 'ls',
    ports: 80,
  };
  const methods = [
    { client: guarded.core, of: CoreV1Api.prototype },
    { client: guarded.apps, of: AppsV1Api.prototype },
    { client: guarded.custom, of: CustomObjectsApi.prototype },
    { client: guarded.discovery, of: DiscoveryV1Api.prototype },
    { client: guarded.authentication, of: AuthenticationV1Api.prototype },
    { client: guarded.authorization, of: AuthorizationV1Api.prototype },
  ].flatMap(({ client, of }) =>
    Object.getOwnPropertyNames(of)
      .filter((name) => name !== 'constructor')
      .map((name) => ({ client, name })),
  );
  await Promise.all(
    methods.map(async ({ client, name }) => {
      const method: unknown = Reflect.get(client, name);
      if (typeof method !== 'function') throw new Error(`${name} is no method`);
      await Promise.resolve(Reflect.apply(method, client, [parameters])).catch(() => undefined);
    }),
  );
  return methods.length;
}

/** Questions about oneself are asked by making an object that is kept nowhere. */
const QUESTIONS = new Set([
  'POST /apis/authentication.k8s.io/v1/selfsubjectreviews',
  'POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
  'POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
]);

/** Of what was sent (`METHOD /path`), what changes something. */
export function changesAmong(requests: readonly string[]): readonly string[] {
  return requests.filter((one) => !one.startsWith('GET ') && !QUESTIONS.has(one));
}
