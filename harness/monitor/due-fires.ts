import type { AirbyteLook, ConnectionFacts, JobFacts } from '../core/airbyte-look.ts';
import { AFTER_START_MS, EARLY_MS, firesOf, GRACE_MS } from '../core/schedule-rules.ts';
import { endOf, hasEnded, indexLook } from './jobs.ts';
import { jobCoversUntil } from './missed-fires.ts';

/** All in milliseconds since 1970, by the clock of the server. */
export interface DueOptions {
  /** When the site was seen to be gone: jobs that were made since are of the one that came back. */
  readonly lostAt: number;
  /** What was due before is due now. */
  readonly backAt: number;
  /** Later fires are not asked for. */
  readonly until: number;
  /** Connections that say nothing, and why. */
  readonly except: ReadonlyMap<string, string>;
}

/** The next job that the schedule of a connection prescribes: it has to be made between two moments. Or why none can be asked for. */
export type DueFire = Pick<ConnectionFacts, 'connectionId' | 'name'> &
  ({ readonly from: number; readonly by: number } | { readonly why: string });

/** Airbyte tells whole seconds. */
const RESOLUTION_MS = 1000;
const LATER = 'it does not fire in this time';

/** Of each active connection with a schedule, by Airbyte's own rules (facts §5). */
export function dueFires(look: AirbyteLook, options: DueOptions): readonly DueFire[] {
  const { jobsOf } = indexLook(look);
  return look.connections.items
    .filter(({ status, schedule }) => status === 'active' && schedule.kind !== 'manual')
    .map((connection) => {
      const { connectionId, name } = connection;
      const why = options.except.get(connectionId);
      const old = (jobsOf.get(connectionId) ?? []).filter(({ createdAt }) => createdAt < options.lostAt);
      return { connectionId, name, ...(why === undefined ? dueOf(connection, old, options) : { why }) };
    });
}

function dueOf(
  { schedule, latestJobAt, createdAt }: ConnectionFacts,
  old: readonly JobFacts[],
  { lostAt, backAt, until }: DueOptions,
): { readonly from: number; readonly by: number } | { readonly why: string } {
  const open = old.find((job) => !hasEnded(job));
  if (open !== undefined) return { why: `job ${open.id} is open, and holds back what is due` };
  const last = old.at(-1);
  const ranAt = last === undefined ? latestJobAt : Math.max(last.createdAt, last.startedAt ?? 0);
  if (schedule.kind === 'cron') {
    // A fire that came while a sync ran is passed over, also where that sync is over by now; so is one at the very moment of its end.
    const covered = Math.max((ranAt ?? -Infinity) + AFTER_START_MS, last === undefined ? 0 : jobCoversUntil(last));
    const [fire] = firesOf(schedule.expression, schedule.timeZone).between(Math.max(backAt, covered + 1), until);
    return fire === undefined ? { why: LATER } : between(fire - EARLY_MS, fire);
  }
  if (schedule.kind !== 'basic') return { why: 'its schedule is not understood' };
  // A first run comes at once.
  const fire =
    ranAt === undefined
      ? createdAt && lostAt
      : Math.max(ranAt + schedule.everyMs, last === undefined ? 0 : endOf(last));
  if (fire === undefined) return { why: 'when it ran last is not known' };
  if (fire > until) return { why: LATER };
  return fire <= backAt ? between(lostAt - RESOLUTION_MS, backAt) : between(fire - EARLY_MS, fire);
}

function between(from: number, fire: number): { readonly from: number; readonly by: number } {
  return { from: Math.floor(from), by: Math.ceil(fire + GRACE_MS) };
}
