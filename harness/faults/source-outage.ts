import pWaitFor from 'p-wait-for';
import { connectSourceControl, type SourceControl } from '../clients/source-outage.ts';
import { interruptedJob } from '../core/derive/job-timeline.ts';
import { highestProduced } from '../core/derive/deliveries.ts';
import { injectionTime } from '../core/derive/fault-time.ts';
import { ChaosError } from '../core/errors.ts';
import type { KillEvidence } from '../core/platform.ts';
import type { Fault, FaultTarget, TrialContext, Wait } from '../core/scenario.ts';
import { chooseTargets, type TargetSelector } from './selectors.ts';

export interface SourceFaultOptions {
  readonly when: Wait;
}

export interface MissingTableOptions extends SourceFaultOptions {
  /** The table that goes away; known once the trial runs. */
  readonly table: (context: TrialContext) => string;
}

/** What one way of breaking the source does, and how it shows. */
interface Breakage {
  readonly id: string;
  readonly description: string;
  readonly when: Wait;
  readonly table?: (context: TrialContext) => string;
  /** Returns how many connections of others it cut. */
  readonly strike: (source: SourceControl, table: string) => Promise<number>;
  /** The proof of its effect; undefined while there is none. */
  readonly look: (source: SourceControl, struck: number, table: string) => Promise<KillEvidence | undefined>;
}

/**
 * The source system goes down: its database cuts every connection and takes no new one until the fault is healed. A real
 * outage and no switch in the connector, so that what comes back afterwards is the same source with the same records.
 */
export function sourceOutage({ when }: SourceFaultOptions): Fault {
  return sourceFault({
    id: 'source-outage',
    description: 'Outage of the source system',
    when,
    strike: (source) => source.close(),
    async look(source) {
      const refusal = await source.refusal();
      return refusal === undefined ? undefined : { kind: 'source-away', holds: true, text: refusal.replace(/\.$/, '') };
    },
  });
}

/** The source cuts every connection once, as a restart or a firewall does, and takes new ones at once. */
export function sourceConnectionsCut({ when }: SourceFaultOptions): Fault {
  return sourceFault({
    id: 'source-connections-cut',
    description: 'Every connection to the source system is cut once',
    when,
    strike: (source) => source.cut(),
    look: async (_source, struck) =>
      Promise.resolve({
        kind: 'connections-cut',
        holds: struck > 0,
        text: struck > 0 ? `${struck} of the syncs’ connections were cut` : 'no sync had a connection to be cut',
      }),
  });
}

/** Somebody takes the table away that the sync reads: nothing that trying again could repair. */
export function sourceTableMissing({ when, table }: MissingTableOptions): Fault {
  return sourceFault({
    id: 'source-table-missing',
    description: 'The table that the sync reads is taken away',
    when,
    table,
    strike: (source, name) => source.takeTable(name).then(() => 0),
    look: async (source, _struck, name) =>
      (await source.hasTable(name))
        ? undefined
        : { kind: 'table-gone', holds: true, text: 'the source has no such table any more' },
  });
}

/** The instance that the source's database is on; it stays up, only the source goes. */
const SOURCE_SYSTEM: TargetSelector = {
  component: 'warehouse',
  describe: 'the system that holds the source',
  async choose(context) {
    const holders = (await context.stack.instances()).filter(({ component }) => component === 'warehouse');
    return holders.map((instance): FaultTarget => ({ instance, why: 'its database "source" is what the sync reads' }));
  },
};

function sourceFault({ id, description, when, table, strike, look }: Breakage): Fault {
  let opened: SourceControl | undefined;
  return {
    id,
    description,
    needs: ['source-system'],
    when,
    async prepare(context) {
      const source = await connectSourceControl(context.stack.endpoint('warehouse'), context.stack.credentials);
      context.afterTrial('connection to the source system', () => source.end());
      opened = source;
    },
    async plan(context) {
      const targets = await chooseTargets(SOURCE_SYSTEM, context);
      const source = opened;
      if (source === undefined)
        throw new ChaosError({ code: 'internal', message: `${id} is planned before it was prepared.` });
      const name = table?.(context);
      let struck = 0;
      return {
        targets,
        undo: [{ kind: 'restore-source', dir: context.stack.dir, ...(name === undefined ? {} : { table: name }) }],
        async inject() {
          struck = await strike(source, name ?? '');
        },
        async gatherEvidence(report, signal) {
          const seen = { evidence: undefined as KillEvidence | undefined };
          await pWaitFor(async () => (seen.evidence = await look(source, struck, name ?? '')) !== undefined, {
            interval: 20,
            signal,
          }).catch(() => undefined);
          report(seen.evidence ?? { kind: id, holds: false, text: 'the source can still be read' });
          report(cutASync(context));
        },
      };
    },
  };
}

/** The right moment: the sync was under way and had records left to read. */
function cutASync({ history }: TrialContext): KillEvidence {
  const injected = injectionTime(history);
  const job = injected && interruptedJob(history, injected.at);
  const arrived = history.latest('delivery', (event) => event.connectionId === job?.connectionId)?.maxSeq ?? 0;
  const owed = job === undefined ? 0 : highestProduced(history, job.connectionId, Infinity);
  const holds = job !== undefined && arrived < owed;
  const text = holds
    ? `job ${job.jobId} was reading from it: ${arrived} of ${owed} records had arrived`
    : 'no sync was reading from it';
  return { kind: 'cut-a-sync', holds, text };
}
