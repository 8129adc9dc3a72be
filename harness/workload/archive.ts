import { backupAgent } from '../clients/backup-agent.ts';
import { connectSql } from '../clients/sql.ts';
import { openWalArchive, type WalArchive } from '../clients/wal-archive.ts';
import { ChaosError } from '../core/errors.ts';
import type { EventOf } from '../core/events.ts';
import type { TrialContext, Verification, Workload } from '../core/scenario.ts';
import { compareSegments, lsnBytes, missingSegments, parseSegment, type Segment } from '../core/wal.ts';
import { lookRepeatedly, pause } from './look-repeatedly.ts';
import { DATABASE } from './write-ledger.ts';

/** Time between two looks at the archive, in milliseconds. */
const WATCH_EVERY_MS = 500;
const AWAIT_EVERY_MS = 200;
/** A segment that can be damaged is there within two of the archive's time-outs; on a busy machine it takes longer. */
const DAMAGE_WITHIN_MS = 60_000;

/** Follows how far the archive is behind the log: by what the store holds, beside what the database says of it. */
export function watchArchive(): Workload {
  return {
    name: 'a watch on the archive of the log',
    async start(context) {
      const { archive, segmentBytes, log } = await openLiveArchive(context);
      const agent = backupAgent(context.stack.endpoint('backup'), context.signal);
      let last = '';
      context.background('the archive of the log', (signal) =>
        lookRepeatedly(context, WATCH_EVERY_MS, signal, async (previousStart, start) => {
          const segments = await archive.segments();
          const { lastArchived, failedCount } = await agent.claimedArchive();
          const { lsn, timeline } = await log.position();
          const newest = newestOf(segments, timeline, lsn);
          const view = {
            newest: newest?.name ?? null,
            claimed: lastArchived?.name ?? null,
            failures: failedCount,
            lsn,
            lagBytes: Math.max(0, lsnBytes(lsn) - (newest?.end ?? 0)),
            segmentBytes,
          };
          const seen = JSON.stringify(view);
          if (seen === last) return;
          last = seen;
          context.record.append({ type: 'archive', ...view, previousStart, start, end: context.clock.now() });
        }),
      );
    },
  };
}

export interface ArchiveHoldsOptions {
  /** What was written by now, in words. */
  readonly what: string;
  readonly withinSeconds: number;
}

/**
 * Waits until the archive holds all that was written by now, and writes down whether it came to that. The run goes on either way: an
 * archive that says it is fine and is not must be found by a check.
 */
export function archiveHolds({ what, withinSeconds }: ArchiveHoldsOptions): Workload {
  return {
    name: `a wait of at most ${withinSeconds} s until the archive holds ${what}`,
    async start(context) {
      const { archive, log } = await openLiveArchive(context);
      const start = context.clock.now();
      const timeoutMs = withinSeconds * 1000;
      const { lsn, timeline } = await log.position();
      const look = async (): Promise<boolean> =>
        (newestOf(await archive.segments(), timeline, lsn)?.end ?? 0) >= lsnBytes(lsn);
      const isHeld = await lookUntil(context, timeoutMs, look);
      const end = context.clock.now();
      context.record.append({ type: 'archive.awaited', what, lsn, isHeld, timeoutMs, start, end });
    },
  };
}

/**
 * Damages one segment of the archive, as a store or a network does that nobody watches: the newest but one, which lies behind the base
 * backup. Does nothing when `how` is `none`.
 */
export function damageArchive(how: string): Workload {
  return {
    name: how === 'none' ? 'no damage to the archive' : `one segment of the archive ${how}`,
    async start(context) {
      if (how === 'none') return;
      const { archive, segmentBytes } = await openLiveArchive(context);
      const start = context.clock.now();
      const backedUp = parseSegment(baseBackup(context).lastSegment ?? '', segmentBytes);
      let victim: Segment | undefined;
      await lookUntil(context, DAMAGE_WITHIN_MS, async () => {
        const behind = (await archive.segments()).filter((one) => backedUp !== undefined && one.start > backedUp.start);
        victim = behind.at(-2);
        return victim !== undefined;
      });
      if (victim === undefined) {
        throw new ChaosError({
          code: 'no-target',
          message: 'The archive has no segment behind the base backup that could be damaged, so nothing was broken.',
          tryThis: 'Look at the archive events in the report: does archiving work?',
        });
      }
      await (how === 'corrupted' ? archive.corrupt(victim) : archive.remove(victim));
      context.record.append({
        type: 'archive.damaged',
        segment: victim.name,
        how: how === 'corrupted' ? how : 'deleted',
        start,
        end: context.clock.now(),
      });
    },
  };
}

/** Lists what the dead site left in the archive from the base backup on, and reads every segment of it. Needs no database. */
export function readArchive(): Verification {
  return {
    name: 'read the whole archive of the log, from outside',
    async run(context) {
      const from = baseBackup(context).firstSegment ?? '';
      const segmentBytes = context.history.latest('archive')?.segmentBytes;
      const first = segmentBytes === undefined ? undefined : parseSegment(from, segmentBytes);
      if (segmentBytes === undefined || first === undefined)
        throw new ChaosError({ code: 'client', message: 'The archive was never looked at before the fault.' });
      const archive = await openArchive(context, segmentBytes);
      const start = context.clock.now();
      // The new site archives beside what the dead one left, under timelines of its own.
      const since = context.history.latest('database.restored')?.timeline ?? Infinity;
      const left = (await archive.segments()).filter(
        (one) => compareSegments(one, first) >= 0 && one.timeline >= first.timeline && one.timeline < since,
      );
      const unreadable: { segment: string; problem: string }[] = [];
      let bytes = 0;
      for (const segment of left) {
        const read = await archive.read(segment);
        bytes += read.bytes;
        if (read.problem !== undefined) unreadable.push({ segment: segment.name, problem: read.problem });
      }
      const lacksFirst = left[0] === undefined || left[0].start !== first.start;
      context.record.append({
        type: 'archive.read',
        from,
        to: left.at(-1)?.name ?? null,
        segments: left.length,
        bytes,
        missing: missingSegments(lacksFirst ? [first, ...left] : left, segmentBytes)
          .map(({ name }) => name)
          .concat(lacksFirst ? [from] : []),
        unreadable,
        start,
        end: context.clock.now(),
      });
    },
  };
}

interface LiveArchive {
  readonly archive: WalArchive;
  readonly segmentBytes: number;
  readonly log: {
    /** Where it is written at this moment. */
    position(): Promise<{ readonly lsn: string; readonly timeline: number }>;
  };
}

/** The newest segment of the present log: an earlier site may have left segments of a time line that was given up. */
function newestOf(segments: readonly Segment[], timeline: number, lsn: string): Segment | undefined {
  return segments.findLast((one) => one.timeline === timeline || (one.timeline < timeline && one.end <= lsnBytes(lsn)));
}

/** The archive, beside the database that fills it. */
async function openLiveArchive(context: TrialContext): Promise<LiveArchive> {
  const { stack } = context;
  const sql = await connectSql({ ...stack.endpoint('database'), ...stack.credentials, database: DATABASE });
  context.afterTrial('connection beside the archive', () => sql.close());
  const rows = await sql.query<{ setting: string }>(
    `SELECT setting FROM pg_settings WHERE name = 'wal_segment_size'`, // in bytes
  );
  const segmentBytes = Number(rows[0]?.setting);
  return {
    archive: await openArchive(context, segmentBytes),
    segmentBytes,
    log: {
      async position() {
        const [row] = await sql.query<{ lsn: string; file: string }>(
          'SELECT at AS lsn, pg_walfile_name(at) AS file FROM pg_current_wal_lsn() AS at',
        );
        const timeline = parseSegment(row?.file ?? '', segmentBytes)?.timeline ?? 1;
        return { lsn: row?.lsn ?? '0/0', timeline };
      },
    },
  };
}

async function openArchive(context: TrialContext, segmentBytes: number): Promise<WalArchive> {
  const { backups } = context.stack;
  if (backups === undefined) {
    throw new ChaosError({
      code: 'config',
      message: 'The stack takes no backups.',
      tryThis: 'End it with `npm run chaos -- down`; the run then brings up one with backups.',
    });
  }
  const archive = await openWalArchive(context.stack.endpoint('object-store'), backups, segmentBytes);
  context.afterTrial('connection to the object store', async () => {
    archive.close();
    await Promise.resolve();
  });
  return archive;
}

function baseBackup(context: TrialContext): EventOf<'backup'> {
  const base = context.history.latest('backup', ({ kind }) => kind === 'base');
  if (base !== undefined) return base;
  throw new ChaosError({ code: 'internal', message: 'The archive is used before a base backup was taken.' });
}

/** True as soon as the look is, false when the time is over. */
async function lookUntil(context: TrialContext, timeoutMs: number, look: () => Promise<boolean>): Promise<boolean> {
  const start = context.clock.now();
  while (!(await look())) {
    context.signal.throwIfAborted();
    if (context.clock.now() - start >= timeoutMs) return false;
    await pause(AWAIT_EVERY_MS, context.signal);
  }
  return true;
}
