import { readFileSync } from 'node:fs';
import type { DrillSeen } from '../../core/audit-observations.ts';
import { readJournal } from '../../store/journal-file.ts';
import { readRecord } from '../../store/record-reader.ts';
import { listRuns } from '../../store/run-directory.ts';
import { userFile } from '../project-paths.ts';

/** The scenario that recovers from backups, by the runbook. */
const DRILL = 'cluster_failure';
/** These damage the archive on purpose, and fail by design. */
const FAILS_BY_DESIGN = new Set(['corrupt_wal', 'missing_wal']);
/** Records are long: only those of the newest are asked where they were made. */
const ASKED = 20;

/** Rehearsals of a recovery from backups that left a judged record in the reports, newest first. What cannot be read is no proof, and left out. */
export function readDrills(reportsDirectory: string): readonly DrillSeen[] {
  const drills: DrillSeen[] = [];
  for (const { path, runId, isSeries } of listRuns(reportsDirectory)) {
    if (isSeries || !runId.includes(`-${DRILL}-`)) continue;
    const journal = orNothing(() => readJournal(path));
    if (journal === undefined || journal === null || journal.scenario.id !== DRILL) continue;
    if (FAILS_BY_DESIGN.has(journal.scenario.variant ?? '')) continue;
    const { verdict, wallStart: at, headline } = journal;
    const platform = drills.length < ASKED ? orNothing(() => platformOf(path)) : undefined;
    drills.push({ runId, scenario: DRILL, at, verdict, platform, headline });
  }
  return drills;
}

function platformOf(path: string): string | undefined {
  const ready = readRecord(path).events.find((event) => event.type === 'platform.ready');
  return ready?.type === 'platform.ready' ? ready.platform : undefined;
}

function orNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Drills that somebody made by hand and wrote down in the configuration: each counts as far as the file that tells of it is there. */
export function readNotedDrills(
  noted: readonly { readonly at: string; readonly record: string }[],
): readonly DrillSeen[] {
  return noted.flatMap(({ at, record }): DrillSeen[] => {
    const words = orNothing(() => readFileSync(userFile(record), 'utf8').trim().length) ?? 0;
    const common = { runId: record, scenario: 'by hand', at: `${at}T00:00:00.000Z`, platform: 'cluster' };
    if (words === 0)
      return [{ ...common, verdict: 'unknown', headline: `its record ${record} is not there, or empty.` }];
    return [{ ...common, verdict: 'pass', headline: `made by hand; ${record} tells of it.` }];
  });
}
