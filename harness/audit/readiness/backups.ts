import type { AuditAspect, AuditPoint } from '../../core/audit.ts';
import type { ArchiveSeen, BaseBackupSeen, ExportSeen, Observations } from '../../core/audit-observations.ts';
import { formatBytes } from '../../core/wal.ts';
import { ageMs, cannotTell, days, judgeSeen, met, notMet, point, when, type Asked } from './aspects.ts';
import { judgeDrills, type DrillWords } from './drills.ts';

const BASE: Asked = { id: 'base_backup', title: 'The last good base backup is of today' };
const ARCHIVE: Asked = { id: 'wal_archive', title: 'The log is archived up to now' };
const DRILL: Asked = { id: 'restore_drill', title: 'A restore was rehearsed and passed' };
const EXPORT: Asked = { id: 'export_age', title: 'The last export of the configuration is of this week' };
/** Daily, and two hours for it to run and to be late. */
const BASE_MAX_MS = days(1) + 7_200_000;
/** Weekly, and a day to be late. */
const EXPORT_MAX_MS = days(8);
/** An open segment that is never archived by time may hold what is this old, in milliseconds. */
const OPEN_MAX_MS = 900_000;

/** Backups are taken daily and the log is archived, by what the store really holds; and a restore from them has succeeded. */
export function judgeBackups(observed: Observations): AuditPoint {
  const { at, baseBackups, archive } = observed;
  return point({ id: 'backups', number: 2, title: 'Backups daily, with the log archived' }, [
    judgeSeen(BASE, baseBackups, (all) => judgeBase(at, all)),
    judgeSeen(ARCHIVE, archive, (one) => judgeArchive(at, one)),
    restoreDrill(observed),
  ]);
}

/** The configuration is exported every week. */
export function judgeExport({ at, exports }: Observations): AuditPoint {
  return point({ id: 'configuration_export', number: 3, title: 'Configuration exported every week' }, [
    judgeSeen(EXPORT, exports, (all) => judgeExports(at, all)),
  ]);
}

function judgeBase(at: string, all: readonly BaseBackupSeen[]): AuditAspect {
  const newestFirst = all.toSorted((a, b) => (a.backupId < b.backupId ? 1 : -1));
  const good = newestFirst.find(({ status, lacks }) => status === 'DONE' && lacks === undefined);
  const tryThis = 'Take one now, and look why the schedule does not (its job’s log, its last run).';
  if (good === undefined) {
    const [newest] = newestFirst;
    const why =
      newest === undefined
        ? 'The store has none.'
        : `None of ${all.length} can be restored: the newest, ${newest.backupId}, is ${newest.status === 'DONE' ? `called DONE, but ${newest.lacks}` : newest.status}.`;
    return notMet(BASE, why, tryThis);
  }
  const age = ageMs(at, good.endedAt);
  const worse = newestFirst.indexOf(good) > 0 ? ` A newer one, ${newestFirst[0]?.backupId}, is not whole.` : '';
  const shown = `${good.backupId}, ${formatBytes(good.bytes)}, ended ${when(at, good.endedAt ?? '')}.${worse}`;
  if (age === undefined) return cannotTell(BASE, `When ${good.backupId} ended is not known.`, 'Compare the clocks.');
  return age <= BASE_MAX_MS ? met(BASE, shown) : notMet(BASE, `Too old: ${shown}`, tryThis);
}

function judgeArchive(at: string, archive: ArchiveSeen): AuditAspect {
  const { mode, stored, claimed, missing, segmentsBehind, openBytes, timeoutSeconds } = archive;
  const look = 'See what archive_command says in the log of PostgreSQL, and whether it can write to the store.';
  if (mode === 'off') return notMet(ARCHIVE, 'archive_mode is off.', 'Set archive_mode and archive_command.');
  if (stored === undefined) return notMet(ARCHIVE, 'The store has no segment of the log.', look);
  const last = `The last segment in the store is ${stored.segment}, of ${when(at, stored.at)}`;
  const broken = [
    ...(stored.problem === undefined ? [] : [`it ${stored.problem}`]),
    ...(archive.claimedBeyondStored ? [`PostgreSQL believes that ${claimed} is archived, and the store lacks it`] : []),
    ...(archive.isFailing ? ['the last try to archive failed'] : []),
    ...(segmentsBehind > 0 && !archive.isMoving ? [`${segmentsBehind} finished segments are not in the store`] : []),
    ...(missing.length > 0
      ? [`${missing.length} lack behind the newest base backup (${missing.slice(0, 3).join(', ')})`]
      : []),
  ];
  if (broken.length > 0) return notMet(ARCHIVE, `${last}; ${broken.join('; ')}.`, look);
  if (segmentsBehind > 0)
    return cannotTell(
      ARCHIVE,
      `${last}; ${segmentsBehind} finished segments are not in the store yet, and more came while they were waited for.`,
      'Run the audit again in some minutes: an archive that never catches up is too slow for what is written.',
    );
  const age = ageMs(at, stored.at);
  if (age === undefined) return cannotTell(ARCHIVE, `${last}, which is in the future.`, 'Compare the clocks.');
  if (timeoutSeconds === 0 && openBytes > 0 && age > OPEN_MAX_MS)
    return notMet(
      ARCHIVE,
      `${last}; since then ${formatBytes(openBytes)} are in the open segment, which is archived only when it is full.`,
      'Set archive_timeout, say to 60 s: it bounds what a lost site loses.',
    );
  return met(ARCHIVE, `${last}; nothing that is finished is missing.`);
}

function judgeExports(at: string, all: readonly ExportSeen[]): AuditAspect {
  const tryThis = 'Export it now, and look why the schedule does not.';
  const newest = all.toSorted((a, b) => (a.at < b.at ? 1 : -1))[0];
  if (newest === undefined) return notMet(EXPORT, 'The store has no export.', tryThis);
  const shown = `${newest.exportId}, ${formatBytes(newest.bytes)}, of ${when(at, newest.at)}`;
  if (newest.problem !== undefined) return notMet(EXPORT, `The newest, ${shown}, ${newest.problem}.`, tryThis);
  const age = ageMs(at, newest.at);
  if (age === undefined) return cannotTell(EXPORT, `${shown}: its time is in the future.`, 'Compare the clocks.');
  return age <= EXPORT_MAX_MS ? met(EXPORT, `${shown}.`) : notMet(EXPORT, `Too old: ${shown}.`, tryThis);
}

const RESTORE_WORDS: DrillWords = {
  none: 'No restore from backups is on record in the reports.',
  tryThis: 'npm run chaos -- cluster_failure rehearses it from end to end.',
};

function restoreDrill(observed: Observations): AuditAspect {
  return judgeDrills(DRILL, observed, RESTORE_WORDS);
}
