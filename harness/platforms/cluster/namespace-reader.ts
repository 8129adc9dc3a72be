import { z } from 'zod';
import type { FaultTools } from '../../core/fault-tools.ts';
import { ChaosError } from '../../core/errors.ts';
import { describeAnswer, FORBIDDEN, isNotThere, statusOf } from '../kind/api-answers.ts';
import { apiTrouble } from '../kind/api-trouble.ts';
import { askPatiently } from '../kind/patient-api.ts';
import { releaseMemory } from '../../core/release-memory.ts';
import { seeFaultTools } from './chaos-mesh/see-fault-tools.ts';
import type { ChosenCluster } from './choose-cluster.ts';
import { jsonReader } from './read-json.ts';
import { LISTED_RESOURCES, type ListedKind } from './rights.ts';

/** Objects of one answer. Among 5,000 pods of 14 kB the command takes 240 MB with 50, and 325 MB with 200 (measured 2026-11-28). */
const PAGE = 50;
/** After so many the memory of those that were read is given back: some 7 MB of text, and several times as much in objects. */
const PAGES_KEPT = 10;
/** Somebody waits in front of a screen: a server that is away is told of soon, in milliseconds. */
const WITHIN_MS = 15_000;
const UNAUTHORIZED = 401;

/** Reads a namespace of an existing cluster. It sends GET requests alone: there is no way in it to change anything. */
export interface NamespaceReader {
  /** Objects of a kind, page by page. @throws ChaosError `config` for a right that is missing, `platform` for a server that does not answer. */
  list(kind: ListedKind): AsyncGenerator;
  /** Undefined where there is none of that name. @throws ChaosError as `list`. */
  readConfigMap(name: string): Promise<unknown>;
  /** False where there is none of that name; undefined where it may not be asked. */
  doesExist(): Promise<boolean | undefined>;
  /** What the cluster has that breaks things on request. @throws ChaosError as `list`. */
  faultTools(): Promise<FaultTools>;
}

const listSchema = z.object({
  items: z.array(z.unknown()),
  metadata: z.object({ continue: z.string().default('') }).default({ continue: '' }),
});

export async function namespaceReader(cluster: ChosenCluster, namespace: string): Promise<NamespaceReader> {
  const { config, context, server } = cluster;
  const read = await jsonReader(config, WITHIN_MS);
  const trouble = apiTrouble(context);
  const within = `/namespaces/${encodeURIComponent(namespace)}`;

  async function ask<Answer>(
    what: string,
    verb: 'get' | 'list',
    resource: string,
    request: () => Promise<Answer>,
  ): Promise<Answer> {
    try {
      return await askPatiently({ trouble }, request, { withinMs: WITHIN_MS });
    } catch (error) {
      throw explain(error, { what, right: `${verb} ${resource}` });
    }
  }
  function explain(error: unknown, { what, right }: { readonly what: string; readonly right: string }): ChaosError {
    const message = `${what} of namespace ${namespace} could not be read (context ${context}, ${server}).`;
    const status = statusOf(error);
    if (status === FORBIDDEN) {
      const [verb, resource] = right.split(' ');
      const tryThis = `Ask for the right to ${right} in ${namespace}; to see what you may do: kubectl auth can-i ${verb} ${resource} --namespace ${namespace} --context ${context}`;
      return new ChaosError({ code: 'config', message, lastState: describeAnswer(error), tryThis, cause: error });
    }
    if (status === UNAUTHORIZED) {
      const tryThis = `Log in again: the credential of context ${context} is not accepted.`;
      return new ChaosError({ code: 'config', message, lastState: describeAnswer(error), tryThis, cause: error });
    }
    const lastState = error instanceof ChaosError ? (error.lastState ?? 'silent') : describeAnswer(error);
    const tryThis = `Is the cluster up, and is this machine on its network? kubectl --context ${context} get --raw /readyz`;
    const afterMs = error instanceof ChaosError ? error.afterMs : undefined;
    return new ChaosError({
      code: 'platform',
      message,
      lastState,
      tryThis,
      cause: error,
      ...(afterMs === undefined ? {} : { afterMs }),
    });
  }

  return {
    async *list(kind) {
      const [api, resource] = LISTED_RESOURCES[kind];
      let from = '';
      let pages = 0;
      do {
        const query = new URLSearchParams({ limit: String(PAGE), ...(from === '' ? {} : { continue: from }) });
        const path = `${api}${within}/${resource}?${query.toString()}`;
        const page = listSchema.parse(await ask(`${kind} objects`, 'list', resource, () => read(path)));
        yield* page.items;
        from = page.metadata.continue;
        pages += 1;
        if (pages % PAGES_KEPT === 0) releaseMemory();
      } while (from !== '');
    },
    async readConfigMap(name) {
      const path = `/api/v1${within}/configmaps/${encodeURIComponent(name)}`;
      try {
        return await ask(`ConfigMap ${name}`, 'get', 'configmaps', () => read(path));
      } catch (error) {
        if (isNotThere(error)) return undefined;
        throw error;
      }
    },
    faultTools: () =>
      seeFaultTools((path) => ask('The APIs that are served beside those', 'get', path, () => read(path))),
    async doesExist() {
      try {
        await ask('The name', 'get', 'namespaces', () => read(`/api/v1${within}`));
        return true;
      } catch (error) {
        return isNotThere(error) ? false : undefined;
      }
    },
  };
}
