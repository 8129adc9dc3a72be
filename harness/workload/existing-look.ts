import type { AirbyteLook, ConnectionFacts, JobFacts } from '../core/airbyte-look.ts';
import { effectTime } from '../core/derive/fault-time.ts';
import { findMilestone } from '../core/derive/milestones.ts';
import { failedStep } from '../core/derive/runbook.ts';
import { formatMillis } from '../core/duration.ts';
import { jobStatus } from '../core/event-fields.ts';
import type { BodyOf } from '../core/events.ts';
import type { TrialContext } from '../core/scenario.ts';
import { followSchedules } from './follow-schedules.ts';

type Snapshot = BodyOf<'snapshot'>;

/** Between when the next job of a connection has to be made, or why none can be asked for: `clients` and the monitor know the rules. */
export type DueFire = Pick<ConnectionFacts, 'connectionId' | 'name'> &
  ({ readonly from: number; readonly by: number } | { readonly why: string });

/** In milliseconds since 1970, by the clock of the server. */
export interface DueAfter {
  readonly lostAt: number;
  readonly backAt: number;
  readonly until: number;
  readonly except: ReadonlyMap<string, string>;
}

export interface ExistingLook {
  /** One look at everything that the API shows. Never rejects: what could not be read is a gap. */
  readonly read: () => Promise<AirbyteLook>;
  /** Scheduled connections whose job has not come, in sentences. */
  readonly overdueIn: (look: AirbyteLook) => readonly { readonly connectionId: string; readonly sentence: string }[];
  /** What schedules prescribe after a recovery. */
  readonly dueIn: (look: AirbyteLook, after: DueAfter) => readonly DueFire[];
}

export interface SiteLookOptions {
  readonly before: ExistingLook;
  readonly after: ExistingLook;
  /** Schedules are watched for so long, in milliseconds; undefined: as long as the objective allows for the recovery. */
  readonly schedulesMs: number | undefined;
  /** A connection of which the run itself starts a sync. */
  readonly started: string | undefined;
  /** Where the API never went away: what was due since the fault has to have come in its own time. Otherwise it is due when the site is back. */
  readonly isUpMeanwhile?: boolean;
}

/**
 * A look at the connections and jobs of an existing Airbyte before the fault, as a workload, one after the recovery, and a last one when what its schedules
 * prescribe has come or has not. After a step of the recovery has failed there is nothing to look at.
 */
export function lookAtExisting({ before, after, schedulesMs, started, isUpMeanwhile = false }: SiteLookOptions) {
  const except = new Map<string, string>();
  if (started !== undefined) except.set(started, 'the run started a sync of it');
  return {
    before: {
      name: 'a look at the connections and jobs that there are',
      async start(context: TrialContext) {
        const { body, look } = await lookOnce(context, before);
        for (const { connectionId } of before.overdueIn(look))
          except.set(connectionId, 'it was overdue before the fault');
        context.record.append({ ...body, moment: 'last' });
      },
    },
    after: {
      name: 'look at the connections and jobs again',
      async run(context: TrialContext) {
        if (failedStep(context.history) !== undefined) return;
        const { body, look } = await lookOnce(context, after);
        const forMs = schedulesMs ?? leftOfObjective(context);
        const due = dueAfter(context, { body, look }, { dueIn: after.dueIn, except, forMs, isUpMeanwhile });
        context.record.append({ ...body, ...due, moment: 'recovered' });
      },
    },
    schedules: followSchedules(async (context) => (await lookOnce(context, after)).body),
  };
}

interface Looked {
  readonly body: Omit<Snapshot, 'moment'>;
  readonly look: AirbyteLook;
}

async function lookOnce({ clock }: Pick<TrialContext, 'clock'>, { read, overdueIn }: ExistingLook): Promise<Looked> {
  const start = clock.now();
  const look = await read();
  const end = clock.now();
  const known = look.jobs.items.flatMap(jobOf);
  const strange = look.jobs.items.length - known.length;
  const gaps = [...look.workspaces.gaps, ...look.connections.gaps, ...look.jobs.gaps].map(({ sentence }) => sentence);
  const body = {
    type: 'snapshot' as const,
    items: look.connections.items.map(itemOf),
    jobs: known,
    gaps: [...gaps, ...(strange === 0 ? [] : [`${strange} jobs have a status that is not known`])],
    overdue: overdueIn(look).map(({ sentence }) => sentence),
    ...(look.clockAheadMs === undefined ? {} : { serverEpochMs: look.at }),
    start,
    end,
  };
  return { body, look };
}

interface DueLook extends Pick<ExistingLook, 'dueIn'> {
  readonly except: ReadonlyMap<string, string>;
  readonly forMs: number;
  readonly isUpMeanwhile: boolean;
}

/** Nothing where the fault was not seen to take effect, or the server tells no time. */
function dueAfter(
  { history }: TrialContext,
  { body, look }: Looked,
  { dueIn, except, forMs, isUpMeanwhile }: DueLook,
): Pick<Snapshot, 'due' | 'dueUntilEpochMs' | 'lostEpochMs'> {
  const gone = effectTime(history)?.at.high;
  // Where the API has just hiccuped the milestone moves; that the look was answered shows that it is back.
  const back = isUpMeanwhile ? gone : (findMilestone(history, 'site-back')?.at.high ?? body.start);
  if (gone === undefined || back === undefined || body.serverEpochMs === undefined) return {};
  const aheadMs = body.serverEpochMs - body.end;
  const lostAt = Math.round(gone + aheadMs);
  const until = look.at + forMs;
  const due = dueIn(look, { lostAt, backAt: back + aheadMs, until, except });
  const schedules = new Map(look.connections.items.map(({ connectionId, schedule }) => [connectionId, schedule]));
  return {
    lostEpochMs: lostAt,
    // How long a recovered site is watched is a limit: of each schedule the first job is waited for, and no more.
    dueUntilEpochMs: Math.round(isUpMeanwhile ? until : look.at),
    due: due.map(({ connectionId, name, ...when }) => ({
      connectionId,
      name,
      ...('why' in when
        ? { why: when.why }
        : { fromEpochMs: when.from, byEpochMs: when.by, ...prescriptionOf(schedules.get(connectionId)) }),
    })),
  };
}

function prescriptionOf(
  schedule: ConnectionFacts['schedule'] | undefined,
): Pick<NonNullable<Snapshot['due']>[number], 'everyMs' | 'cron'> {
  if (schedule?.kind === 'basic') return { everyMs: schedule.everyMs };
  if (schedule?.kind !== 'cron') return {};
  return { cron: { expression: schedule.expression, timeZone: schedule.timeZone } };
}

function leftOfObjective({ history, objective, clock }: TrialContext): number {
  const since = history.first('fault.injected')?.start ?? clock.now();
  return Math.max(0, objective.recoverySeconds * 1000 - (clock.now() - since));
}

function itemOf({ connectionId, name, status, schedule }: ConnectionFacts): Snapshot['items'][number] {
  const isScheduled = status === 'active' && schedule.kind !== 'unknown';
  const digest = `${status}, ${rhythmOf(schedule)}`;
  return { kind: 'connection', id: connectionId, name, digest, ...(isScheduled ? { schedule: schedule.kind } : {}) };
}

function rhythmOf(schedule: ConnectionFacts['schedule']): string {
  switch (schedule.kind) {
    case 'basic':
      return `every ${formatMillis(schedule.everyMs)}`;
    case 'cron':
      return `cron ${schedule.expression} (${schedule.timeZone})`;
    case 'manual':
      return 'manual';
    case 'unknown':
      return 'a schedule that is not understood';
    default:
      return schedule satisfies never;
  }
}

function jobOf({
  id,
  connectionId,
  status,
  attempts,
  createdAt,
  startedAt,
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
      ...(startedAt === undefined ? {} : { startedAtEpochSeconds: Math.floor(startedAt / 1000) }),
    },
  ];
}
