import { createHash } from 'node:crypto';
import { connectAirbyteApi } from '../clients/airbyte-api.ts';
import { readInventory, type Inventory } from '../clients/airbyte-inventory.ts';
import type { BodyOf } from '../core/events.ts';
import type { TrialContext, Verification, Workload } from '../core/scenario.ts';

type Moment = BodyOf<'snapshot'>['moment'];
type Item = BodyOf<'snapshot'>['items'][number];

/** Writes down every connection, source, destination, state and job as the API shows them before the fault. */
export function takeSnapshot(moment: Exclude<Moment, 'recovered'>): Workload {
  return {
    name: 'a snapshot of the configuration and of all jobs',
    start: (context) => record(context, moment),
  };
}

/** The same after the recovery. */
export function compareSnapshot(): Verification {
  return {
    name: 'take a snapshot of the configuration and of all jobs again',
    run: (context) => record(context, 'recovered'),
  };
}

async function record(context: TrialContext, moment: Moment): Promise<void> {
  const api = await connectAirbyteApi({ server: context.stack.endpoint('server'), signal: context.signal });
  const start = context.clock.now();
  const inventory = await readInventory(api);
  const end = context.clock.now();
  const jobs = inventory.jobs.map((job) => ({
    jobId: String(job.id),
    connectionId: job.configId,
    status: job.status,
    trigger:
      job.isScheduled === undefined
        ? ('unknown' as const)
        : job.isScheduled
          ? ('schedule' as const)
          : ('manual' as const),
    attempts: job.attempts,
    createdAtEpochSeconds: job.createdAt,
  }));
  context.record.append({ type: 'snapshot', moment, items: itemsOf(inventory), jobs, start, end });
}

function itemsOf({ connections, sources, destinations, states }: Inventory): Item[] {
  const names = new Map(connections.map(({ connectionId, name }) => [connectionId, name]));
  return [
    ...connections.map((one): Item => ({
      kind: 'connection',
      id: one.connectionId,
      name: one.name,
      digest: digest(one),
      ...(one.status === 'active' ? { schedule: one.scheduleType } : {}),
    })),
    ...sources.map((one): Item => ({ kind: 'source', id: one.sourceId, name: one.name, digest: digest(one) })),
    ...destinations.map((one): Item => ({
      kind: 'destination',
      id: one.destinationId,
      name: one.name,
      digest: digest(one),
    })),
    ...states.map((one): Item => ({
      kind: 'state',
      id: one.connectionId,
      name: names.get(one.connectionId) ?? one.connectionId,
      digest: digest(one),
    })),
  ];
}

/** The same content gives the same digest, in whatever order its fields come. */
function digest(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(value)))
    .digest('hex')
    .slice(0, 16);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
