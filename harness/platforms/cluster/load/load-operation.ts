import type { MakingRequest, PreconditionedRequest, Rule } from '../operations.ts';
import {
  K6_GROUP,
  K6_VERSION,
  scriptObject,
  TEST_RUNS,
  testRunObject,
  type LoadConfig,
  type LoadRequest,
  type OwnObject,
} from './load-objects.ts';

/** The two kinds of objects that a load is made of. */
export type LoadKind = 'ConfigMap' | 'TestRun';

/** The path of all of a kind in a namespace, or of one. */
export function loadPath(kind: LoadKind, namespace: string, name?: string): string {
  const within = `namespaces/${encodeURIComponent(namespace)}`;
  const all =
    kind === 'TestRun' ? `/apis/${K6_GROUP}/${K6_VERSION}/${within}/${TEST_RUNS}` : `/api/v1/${within}/configmaps`;
  return name === undefined ? all : `${all}/${encodeURIComponent(name)}`;
}

/** All that a run does to put load on an API: the rights that it takes, and the very requests. */
export const LOAD = {
  rules: [
    { apiGroups: [K6_GROUP], resources: [TEST_RUNS], verbs: ['create', 'get', 'list', 'delete'] },
    { apiGroups: [''], resources: ['configmaps'], verbs: ['create', 'list', 'delete'] },
    { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  ],
  /** In the order in which they are made: a runner without a script does not start. */
  requestsFor: (config, load) => ({
    script: {
      method: 'POST',
      path: loadPath('ConfigMap', config.namespace),
      body: scriptObject(config, load),
    },
    testRun: {
      method: 'POST',
      path: loadPath('TestRun', config.namespace),
      body: testRunObject(config, load),
    },
  }),
  removalOf: (kind, namespace, { name, uid }) => ({ method: 'DELETE', path: loadPath(kind, namespace, name), uid }),
} as const satisfies {
  readonly rules: readonly Rule[];
  readonly requestsFor: (
    config: LoadConfig,
    load: LoadRequest,
  ) => { readonly script: MakingRequest; readonly testRun: MakingRequest };
  readonly removalOf: (kind: LoadKind, namespace: string, of: Pick<OwnObject, 'name' | 'uid'>) => PreconditionedRequest;
};
