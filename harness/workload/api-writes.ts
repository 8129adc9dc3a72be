import { connectAirbyteApi, type AirbyteApi } from '../clients/airbyte-api.ts';
import { describeError } from '../core/errors.ts';
import { toRanges, type SequenceRange } from '../core/sequence.ts';
import type { TrialContext, Verification, Workload } from '../core/scenario.ts';

/** Writes through the API while it is being broken, and what became of them. */
export interface ApiWrites {
  readonly workload: Workload;
  /** Stops writing, freezes the list of acknowledged writes, and only then reads back which of them are there. */
  readBack(): Verification;
}

interface Opened {
  readonly api: AirbyteApi;
  readonly workspaceId: string;
  readonly stop: AbortController;
  readonly inFlight: Set<Promise<void>>;
}

const LEDGER = 'API writes';
const TIMEOUT_MS = 10_000;
const DELETED_AT_ONCE = 8;

/**
 * Creates one numbered source after another through the API, at a fixed rate whatever becomes of the one before. One without a
 * good answer is indeterminate: it may have been written or not.
 */
export function apiWrites({ everyMs }: { readonly everyMs: number }): ApiWrites {
  let opened: Opened | undefined;
  const prefix = (context: TrialContext): string => `chaos write ${context.trial}.`;

  return {
    workload: {
      name: `${Math.round(1000 / everyMs)} writes per second through the API`,
      async start(context) {
        const api = await connectAirbyteApi({
          server: context.stack.endpoint('server'),
          timeoutMs: TIMEOUT_MS,
          signal: context.signal,
        });
        const workspaceId = await api.firstWorkspaceId();
        const state: Opened = { api, workspaceId, stop: new AbortController(), inFlight: new Set() };
        opened = state;
        const target = '/sources/create';
        context.record.append({
          type: 'probe.defined',
          probe: LEDGER,
          kind: 'api-write',
          target,
          everyMs,
          timeoutMs: TIMEOUT_MS,
        });
        context.afterTrial('sources that were written', async () => {
          const written = await api.listSources(workspaceId);
          const ours = written.filter(({ name }) => name.startsWith(prefix(context)));
          while (ours.length > 0)
            await Promise.all(ours.splice(0, DELETED_AT_ONCE).map(({ sourceId }) => api.deleteSource(sourceId)));
        });
        context.background(LEDGER, (signal) =>
          writeAtRate(context, state, AbortSignal.any([signal, state.stop.signal])),
        );
      },
    },
    readBack: () => ({
      name: `read back every write of "${LEDGER}"`,
      async run(context) {
        if (opened === undefined) return;
        const { api, workspaceId, stop, inFlight } = opened;
        stop.abort();
        await Promise.all(inFlight);
        const writes = context.history
          .all('sample')
          .flatMap(({ probe, write }) => (probe === LEDGER && write ? [write] : []));
        const amount = (outcome: string): number => writes.filter((write) => write.outcome === outcome).length;
        context.record.append({
          type: 'ledger.frozen',
          ledger: LEDGER,
          acknowledged: amount('acknowledged'),
          failed: 0,
          indeterminate: amount('indeterminate'),
        });
        const start = context.clock.now();
        const names = (await api.listSources(workspaceId)).map(({ name }) => name);
        const ours = names.filter((name) => name.startsWith(prefix(context)));
        const numbers = ours.map((name) => Number(name.slice(prefix(context).length)));
        context.record.append({
          type: 'ledger.read',
          ledger: LEDGER,
          present: toRanges([...new Set(numbers)]).map(asTuple),
          repeated: repeatedIn(numbers),
          start,
          end: context.clock.now(),
        });
      },
    }),
  };

  async function writeAtRate(context: TrialContext, state: Opened, signal: AbortSignal): Promise<void> {
    const startedAt = context.clock.now();
    for (let seq = 1; !signal.aborted; seq += 1) {
      const write = writeOne(context, state, seq, startedAt + (seq - 1) * everyMs);
      state.inFlight.add(write);
      void write.finally(() => state.inFlight.delete(write));
      await until(startedAt + seq * everyMs - context.clock.now(), signal);
    }
  }

  async function writeOne(
    context: TrialContext,
    { api, workspaceId }: Opened,
    seq: number,
    intended: number,
  ): Promise<void> {
    const start = context.clock.now();
    const connector = { definition: 'Sequence', configuration: { table: 'none' } };
    const note = await api.createSource(workspaceId, `${prefix(context)}${seq}`, connector).then(
      () => undefined,
      (error: unknown) => describeError(error),
    );
    const end = context.clock.now();
    const outcome = note === undefined ? 'acknowledged' : 'indeterminate';
    const told = note === undefined ? { ok: true } : { ok: false, note: note.slice(0, 200) };
    context.record.append({ type: 'sample', probe: LEDGER, intended, start, end, ...told, write: { seq, outcome } });
  }
}

function until(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, Math.max(0, ms));
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}

function repeatedIn(numbers: readonly number[]): { range: [number, number]; times: number }[] {
  const times = Map.groupBy(numbers, (seq) => seq);
  return [...times].filter(([, all]) => all.length > 1).map(([seq, all]) => ({ range: [seq, seq], times: all.length }));
}

function asTuple([from, to]: SequenceRange): [number, number] {
  return [from, to];
}
