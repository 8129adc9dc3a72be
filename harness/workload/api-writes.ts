import { connectAirbyteApi, type AirbyteApi } from '../clients/airbyte-api.ts';
import { describeError } from '../core/errors.ts';
import { API_WRITES } from '../core/ledger-names.ts';
import type { TrialContext, Verification, Workload } from '../core/scenario.ts';
import { toRanges } from '../core/sequence.ts';
import { removeAfterTrial } from './put-away.ts';
import { freezeLedger } from './write-ledger.ts';

/** Objects are deleted so many at a time. */
const DELETE_AT_ONCE = 4;
/** A call may reach a server that has not found the new primary yet. */
const LIST_TRIES = 5;

/** A ledger of writes through the config API: one source after the other, named by its number. */
export interface ApiWrites {
  readonly workload: Workload;
  /** Stops the writer, freezes its list of acknowledged writes, and only then lists what is there. */
  readBack(): Verification;
}

/** Creating a source is the cheapest write that every version of Airbyte has and that can be listed afterwards. */
export function apiWrites({ perSecond }: { readonly perSecond: number }): ApiWrites {
  let opened: { readonly api: AirbyteApi; readonly workspaceId: string } | undefined;
  return {
    workload: {
      name: `${perSecond} numbered writes per second through the API`,
      async start(context) {
        const { host, port } = context.stack.endpoint('server');
        const api = await connectAirbyteApi({ server: { host, port }, signal: context.signal });
        const workspaceId = await api.firstWorkspaceId();
        opened = { api, workspaceId };
        removeAfterTrial(context, 'sources of the API ledger', (own) => removeAll(own, workspaceId, prefix(context)));
        const source = await api.sourceBody(workspaceId, `${prefix(context)}{seq}`, {
          definition: 'Sequence',
          configuration: { ...context.stack.endpoint('warehouse'), ...idle(context) },
        });
        context.addProbe({
          kind: 'http-write',
          name: API_WRITES,
          url: `http://${host}:${port}/api/v1/sources/create`,
          body: JSON.stringify(source),
          everyMs: 1000 / perSecond,
          timeoutMs: 2000,
        });
      },
    },
    readBack: () => ({
      name: `read back every write of "${API_WRITES}"`,
      async run(context) {
        await freezeLedger(context, API_WRITES);
        if (opened === undefined) return;
        const start = context.clock.now();
        const names = (await listPatiently(opened.api, opened.workspaceId)).map(({ name }) => name);
        const numbers = names.filter((name) => name.startsWith(prefix(context))).map((name) => numberIn(context, name));
        const counts = Map.groupBy(numbers, (seq) => seq);
        const repeated = [...counts].filter(([, all]) => all.length > 1);
        context.record.append({
          type: 'ledger.read',
          ledger: API_WRITES,
          present: toRanges(numbers).map(([from, to]) => [from, to] satisfies [number, number]),
          repeated: repeated.map(([seq, all]) => ({ range: [seq, seq], times: all.length })),
          start,
          end: context.clock.now(),
        });
      },
    }),
  };
}

function prefix(context: TrialContext): string {
  return `chaos write ${context.trial} `;
}

function numberIn(context: TrialContext, name: string): number {
  return Number(name.slice(prefix(context).length));
}

/** A configuration that is valid; nothing is ever synced from it. */
function idle(context: TrialContext): Readonly<Record<string, unknown>> {
  return { ...context.stack.credentials, database: 'source', table: 'chaos_api_ledger' };
}

async function listPatiently(api: AirbyteApi, workspaceId: string): ReturnType<AirbyteApi['listSources']> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await api.listSources(workspaceId);
    } catch (error) {
      if (tried === LIST_TRIES) throw error;
    }
  }
}

async function removeAll(api: AirbyteApi, workspaceId: string, namePrefix: string): Promise<void> {
  const sources = (await api.listSources(workspaceId)).filter(({ name }) => name.startsWith(namePrefix));
  const failures: unknown[] = [];
  const removeNext = async (): Promise<void> => {
    for (let next = sources.pop(); next !== undefined; next = sources.pop()) {
      await api.deleteSource(next.sourceId).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: DELETE_AT_ONCE }, removeNext));
  if (failures.length > 0) throw new Error(`${failures.length} were not deleted: ${describeError(failures[0])}`);
}
