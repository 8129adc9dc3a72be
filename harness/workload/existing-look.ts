import type { AirbyteLook, ConnectionFacts, JobFacts } from '../core/airbyte-look.ts';
import { jobStatus } from '../core/event-fields.ts';
import { failedStep } from '../core/derive/runbook.ts';
import type { BodyOf } from '../core/events.ts';
import type { TrialContext } from '../core/scenario.ts';

type Snapshot = BodyOf<'snapshot'>;

export interface ExistingLook {
  /** One look at everything that the API shows. Never rejects: what could not be read is a gap. */
  readonly read: () => Promise<AirbyteLook>;
  /** Scheduled connections whose job has not come, in sentences. */
  readonly overdueIn: (look: AirbyteLook) => readonly string[];
}

/** Writes down what an existing Airbyte shows of its connections and jobs. After a step of the recovery has failed there is nothing to look at. */
export async function recordLook(
  { clock, record, history }: TrialContext,
  moment: 'last' | 'recovered',
  { read, overdueIn }: ExistingLook,
): Promise<void> {
  if (moment === 'recovered' && failedStep(history) !== undefined) return;
  const start = clock.now();
  const look = await read();
  const end = clock.now();
  const known = look.jobs.items.flatMap(jobOf);
  const strange = look.jobs.items.length - known.length;
  const gaps = [...look.workspaces.gaps, ...look.connections.gaps, ...look.jobs.gaps].map(({ sentence }) => sentence);
  record.append({
    type: 'snapshot',
    moment,
    items: look.connections.items.map(itemOf),
    jobs: known,
    gaps: [...gaps, ...(strange === 0 ? [] : [`${strange} jobs have a status that is not known`])],
    overdue: [...overdueIn(look)],
    ...(look.clockAheadMs === undefined ? {} : { serverEpochMs: look.at }),
    start,
    end,
  });
}

/** A look before the fault, as a workload, and one after the recovery. */
export function lookAtExisting(before: ExistingLook, after: ExistingLook) {
  return {
    before: {
      name: 'a look at the connections and jobs that there are',
      start: (context: TrialContext) => recordLook(context, 'last', before),
    },
    after: {
      name: 'look at the connections and jobs again',
      run: (context: TrialContext) => recordLook(context, 'recovered', after),
    },
  };
}

function itemOf({ connectionId, name, status, schedule }: ConnectionFacts): Snapshot['items'][number] {
  const isScheduled = status === 'active' && schedule.kind !== 'unknown';
  const digest = `${status}, ${schedule.kind}`;
  return { kind: 'connection', id: connectionId, name, digest, ...(isScheduled ? { schedule: schedule.kind } : {}) };
}

function jobOf({
  id,
  connectionId,
  status,
  attempts,
  createdAt,
  updatedAt,
}: JobFacts): readonly Snapshot['jobs'][number][] {
  const known = jobStatus.safeParse(status);
  if (!known.success) return [];
  return [
    {
      jobId: String(id),
      connectionId,
      status: known.data,
      trigger: 'unknown',
      attempts: attempts.length,
      createdAtEpochSeconds: Math.floor(createdAt / 1000),
      updatedAtEpochSeconds: Math.floor(updatedAt / 1000),
    },
  ];
}
