import { archiveFindings, type ArchiveFindings } from '../core/derive/archive.ts';
import { formatMillis } from '../core/duration.ts';
import type { EventOf } from '../core/events.ts';
import type { Check } from '../core/scenario.ts';
import { formatBytes, parseSegment } from '../core/wal.ts';
import { count, nameSome } from './words.ts';

/**
 * The backups could be restored from, by what the store really holds: a base backup, and every segment of the log behind it, each of
 * them readable; and the archive kept up before the fault, whatever the database said of it.
 */
export function backupSound(): Check {
  return {
    id: 'backup_sound',
    title: 'The backups are whole, and the archive kept up',
    failure: 'The backups are not sound',
    judge(history) {
      const fault = history.first('fault.injected');
      const backups = history.all('backup').filter((backup) => fault === undefined || backup.i < fault.i);
      const findings = archiveFindings(history);
      const evidence = [
        ...backups.map(({ i }) => i),
        ...[findings.atFault, findings.notHeld, findings.read].flatMap((event) => event?.i ?? []),
      ];
      const problems = problemsOf(findings);
      if (problems.length > 0) return { verdict: 'fail', summary: problems.join(' '), evidence };
      const lacking = lackingBackups(backups);
      if (lacking.length > 0)
        return { verdict: 'unknown', summary: `Before the fault there was no ${lacking.join(' and no ')}.`, evidence };
      const { read, atFault } = findings;
      if (read === undefined || atFault === undefined)
        return { verdict: 'unknown', summary: 'The archive was never read from outside.', evidence };
      const flaw = notKnown(backups, findings);
      if (flaw !== undefined) return { verdict: 'unknown', summary: flaw, evidence };
      const behind = `at the fault it was ${formatBytes(atFault.lagBytes)} of the log behind`;
      return {
        verdict: 'pass',
        summary: `A base backup, a logical dump and an export are there; ${count(read.segments, 'segment')} from ${read.from} to ${read.to ?? '?'}, none missing, each readable; ${behind}.`,
        evidence,
      };
    },
  };
}

function problemsOf({ flaws, notHeld, onlyClaimed, atFault, read }: ArchiveFindings): string[] {
  const problems: string[] = [];
  if (flaws.length > 0) {
    const named = flaws.map(({ segment, problem }) => `segment ${segment} ${problem}`);
    problems.push(`The archive cannot be restored from to its end: ${nameSome(named, '; ')}.`);
  }
  if (onlyClaimed !== undefined)
    problems.push(
      `The database says that it archived ${onlyClaimed}, but the store holds nothing newer than ${read?.to ?? 'nothing at all'}.`,
    );
  if (notHeld !== undefined) {
    const claim = atFault?.claimed == null ? '' : `; the database claimed ${atFault.claimed}`;
    problems.push(
      `Archiving had stopped before the fault: ${notHeld.what}, written up to ${notHeld.lsn}, was not in the archive ${formatMillis(notHeld.timeoutMs)} later (it held ${atFault?.newest ?? 'nothing'}${claim}).`,
    );
  }
  return problems;
}

/** Why backups in which nothing was found to be wrong are not known to be sound. */
function notKnown(backups: readonly EventOf<'backup'>[], { held, read, atFault }: ArchiveFindings): string | undefined {
  if (held === undefined) return 'Whether the archive kept up before the fault was never asked of it.';
  if (read === undefined || read.to === null || read.segments === 0) return 'The archive holds no segment of the log.';
  const base = backups.findLast(({ kind }) => kind === 'base');
  if (base?.firstSegment === undefined || base.lastSegment === undefined)
    return 'Between which segments of the log the base backup was taken is not known.';
  const position = (segment: string): number => parseSegment(segment, atFault?.segmentBytes ?? 0)?.start ?? -1;
  if (position(read.from) > position(base.firstSegment) || position(read.to) < position(base.lastSegment))
    return `The archive was read from ${read.from} to ${read.to}, and the base backup needs ${base.firstSegment} to ${base.lastSegment}.`;
  return undefined;
}

const NAMES = { base: 'base backup', logical: 'logical dump', configuration: 'export of the configuration' } as const;

function lackingBackups(backups: readonly EventOf<'backup'>[]): string[] {
  const kinds = ['base', 'logical', 'configuration'] as const;
  return kinds
    .filter((kind) => !backups.some((backup) => backup.kind === kind && backup.bytes !== 0))
    .map((kind) => NAMES[kind]);
}
