import { coversUntil, EARLY_MS, firesOf, GRACE_MS } from '../schedule-rules.ts';
import { isTerminal } from './job-timeline.ts';
import { jobKey, type Snapshot, type SnapshotJob } from './snapshots.ts';

/** What has become of the jobs that a schedule prescribed. */
export interface DueState {
  readonly name: string;
  /** As a whole. `put-off`: a job that was made before, or still ran, took the place of all of them. `not-due`: none was asked for, and `why`. */
  readonly state: 'made' | 'missed' | 'put-off' | 'awaited' | 'not-due';
  readonly why: string;
  readonly made: readonly SnapshotJob[];
  /** When each job was due that is not there, in milliseconds since 1970. */
  readonly missed: readonly number[];
  /** How many were not asked for, since another job took their place. */
  readonly passedOver: number;
  /** Until then what is awaited has to be there, in milliseconds since 1970. */
  readonly awaitedUntil?: number;
}

type Due = NonNullable<Snapshot['due']>[number];
/** One job that was due, in milliseconds since 1970. */
interface Slot {
  readonly state: 'made' | 'missed' | 'passed-over' | 'awaited';
  readonly at: number;
  readonly by: number;
  readonly job?: SnapshotJob;
}
interface Asked {
  readonly from: number;
  readonly by: number;
  /** When was looked, and until when all that is due is awaited; of later ones only what is over is told. */
  readonly atMs: number;
  readonly until: number;
}

/** A look that is held against what was due; `atMs` is its time on the server's clock. */
export type LaterLook = Pick<Snapshot, 'jobs' | 'items' | 'gaps'> & { readonly atMs: number };

/** All that was due since the look `recovered`, or since the fault before it, held against a later look. */
export function dueStates(recovered: Snapshot, last: Snapshot, look: LaterLook): readonly DueState[] {
  const { due = [], lostEpochMs = 0, serverEpochMs = look.atMs } = recovered;
  const before = new Set(last.jobs.map(jobKey));
  const fresh = look.jobs
    .filter((job) => !before.has(jobKey(job)) && (job.createdAtEpochSeconds + 1) * 1000 > lostEpochMs)
    .toSorted((a, b) => a.createdAtEpochSeconds - b.createdAtEpochSeconds);
  return due.map((one): DueState => {
    const { connectionId, name, fromEpochMs: from, byEpochMs: by, why = '' } = one;
    if (from === undefined || by === undefined)
      return { name, state: 'not-due', why, made: [], missed: [], passedOver: 0 };
    const isChanged = hasChanged(recovered, look, connectionId);
    // Since when it is another is not known: what could still come then is not asked for.
    const atMs = isChanged ? Math.min(serverEpochMs, look.atMs) : look.atMs;
    const until = isChanged ? atMs : (recovered.dueUntilEpochMs ?? 0);
    const own = fresh.filter((job) => job.connectionId === connectionId);
    const slots = slotsOf(one, own, { from, by, atMs, until });
    if (!isChanged) return { name, ...whole(slots, one) };
    const meanwhile = 'it was switched off, removed or given another schedule meanwhile';
    return { name, ...whole(settled(slots), { why: meanwhile }) };
  });
}

function slotsOf(due: Due, own: readonly SnapshotJob[], asked: Asked): readonly Slot[] {
  if (due.cron !== undefined) return cronSlots(due.cron, own, asked);
  if (due.everyMs !== undefined) return intervalSlots(due.everyMs, own, asked);
  const { from, by, atMs } = asked;
  const first = { at: by - GRACE_MS, by };
  const job = own.find((one) => madeAt(one) >= from - RESOLUTION_MS && madeAt(one) <= by);
  if (job !== undefined) return [{ ...first, state: 'made', job }];
  const isPutOff = own.some((one) => madeAt(one) < from);
  return [{ ...first, state: isPutOff ? 'passed-over' : atMs > by ? 'missed' : 'awaited' }];
}

/** A slot during which a sync of the connection runs is passed over, and so is one within a minute of its start. */
function cronSlots(
  { expression, timeZone }: NonNullable<Due['cron']>,
  own: readonly SnapshotJob[],
  { from, atMs, until }: Asked,
): readonly Slot[] {
  const slots: Slot[] = [];
  let next = 0;
  let busyUntil = -Infinity;
  for (const at of firesOf(expression, timeZone).between(from + EARLY_MS, Math.max(atMs, until, from + EARLY_MS))) {
    for (let job = own[next]; job !== undefined && madeAt(job) < at - EARLY_MS; job = own[next]) {
      busyUntil = Math.max(busyUntil, jobCoversUntil(job));
      next += 1;
    }
    const by = at + GRACE_MS;
    const isAwaited = at <= until || slots.length === 0;
    const job = own[next];
    if (busyUntil >= at) {
      // What runs now may be over by then.
      const isToCome = at > atMs && at <= until;
      if (isToCome || at <= atMs || slots.length === 0)
        slots.push({ state: isToCome ? 'awaited' : 'passed-over', at, by });
    } else if (job !== undefined && madeAt(job) <= by) {
      next += 1;
      busyUntil = Math.max(busyUntil, jobCoversUntil(job));
      slots.push({ state: 'made', at, by, job });
    } else if (busyUntil + EARLY_MS >= at) slots.push({ state: 'passed-over', at, by });
    else if (atMs > by) slots.push({ state: 'missed', at, by });
    else if (isAwaited) slots.push({ state: 'awaited', at, by });
  }
  return slots;
}

/** Each interval counts from the start of the job before, and is due when that has ended. */
function intervalSlots(
  everyMs: number,
  own: readonly SnapshotJob[],
  { from, by, atMs, until }: Asked,
): readonly Slot[] {
  const slots: Slot[] = [];
  let due = { from, by, at: by - GRACE_MS };
  for (const job of own) {
    const made = madeAt(job);
    if (made > due.by) slots.push(...missedUntil(made));
    else if (made >= due.from - RESOLUTION_MS) slots.push({ state: 'made', at: due.at, by: due.by, job });
    else if (slots.at(-1)?.state !== 'passed-over') slots.push({ state: 'passed-over', at: due.at, by: due.by });
    if (!isTerminal(job.status)) {
      const isAwaited = atMs < until && made + everyMs <= until;
      return isAwaited ? [...slots, { state: 'awaited', at: until, by: until + GRACE_MS }] : slots;
    }
    const at = Math.max(startOf(job) + everyMs, endOf(job));
    due = { from: made + everyMs - EARLY_MS, by: at + GRACE_MS, at };
  }
  if (atMs > due.by) return [...slots, ...missedUntil(atMs)];
  const isAwaited = due.at <= until || slots.length === 0;
  return isAwaited ? [...slots, { state: 'awaited', at: due.at, by: due.by }] : slots;

  function missedUntil(atLast: number): Slot[] {
    const amount = 1 + Math.floor((atLast - due.by) / everyMs);
    return Array.from({ length: amount }, (_, nth) => {
      const laterMs = nth * everyMs;
      return { state: 'missed', at: due.at + laterMs, by: due.by + laterMs };
    });
  }
}

function settled(slots: readonly Slot[]): readonly Slot[] {
  return slots.filter(({ state }) => state !== 'awaited');
}

function whole(slots: readonly Slot[], { cron, why = '' }: Pick<Due, 'cron' | 'why'>): Omit<DueState, 'name'> {
  const of = (wanted: Slot['state']): readonly Slot[] => slots.filter(({ state }) => state === wanted);
  const awaited = of('awaited');
  const told = {
    made: slots.flatMap(({ job }) => job ?? []),
    missed: of('missed').map(({ at }) => at),
    passedOver: of('passed-over').length,
  };
  if (told.missed.length > 0) return { ...told, state: 'missed', why };
  if (awaited.length > 0) {
    const awaitedUntil = Math.max(...awaited.map(({ by }) => by));
    return { ...told, state: 'awaited', why: 'its time was not over', awaitedUntil };
  }
  if (told.made.length > 0) return { ...told, state: 'made', why };
  if (told.passedOver === 0) return { ...told, state: 'not-due', why };
  const inTheWay =
    cron === undefined ? 'a job that was made in between put it off' : 'a sync of it ran when it was due';
  return { ...told, state: 'put-off', why: inTheWay };
}

/** Switched off, removed, or with another schedule than at the look `recovered`. */
function hasChanged(recovered: Snapshot, { items, gaps = [] }: LaterLook, connectionId: string): boolean {
  const isIt = ({ kind, id }: Snapshot['items'][number]): boolean => kind === 'connection' && id === connectionId;
  const [before, now] = [recovered.items.find(isIt), items.find(isIt)];
  if (before === undefined) return false;
  return now === undefined ? gaps.length === 0 : now.digest !== before.digest;
}

/** Airbyte tells whole seconds. */
const RESOLUTION_MS = 1000;

function madeAt({ createdAtEpochSeconds }: SnapshotJob): number {
  return createdAtEpochSeconds * 1000;
}

function startOf(job: SnapshotJob): number {
  return Math.max(madeAt(job), (job.startedAtEpochSeconds ?? 0) * 1000);
}

function endOf(job: SnapshotJob): number {
  return Math.max(madeAt(job), (job.updatedAtEpochSeconds ?? 0) * 1000);
}

function jobCoversUntil(job: SnapshotJob): number {
  return coversUntil({ startedAt: startOf(job), endedAt: isTerminal(job.status) ? endOf(job) : undefined });
}
