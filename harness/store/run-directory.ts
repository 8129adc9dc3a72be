import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ChaosError } from '../core/errors.ts';
import type { Random } from '../core/random.ts';
import { RUN_ID } from '../core/run-id.ts';
import { RECORD_FILE } from './record-writer.ts';

/** The committed example has a folder of its own beside the runs. */
const SAMPLE = 'sample';

/** The place of a scenario in the id of a series: several scenarios, one after the other, in one record. */
export const SERIES = 'everything';

export interface RunDirectory {
  readonly runId: string;
  readonly path: string;
  /** True for a series, whose record names the runs that it is made of. */
  readonly isSeries: boolean;
}

/** The id of a run that starts at `wall`; the last four digits tell apart runs of the same second. */
export function newRunId(wall: Date, scenarioId: string, random: Random): string {
  const time = wall
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-');
  const suffix = Math.floor(random.next() * 0x1_0000)
    .toString(16)
    .padStart(4, '0');
  return `${time}-${scenarioId}-${suffix}`;
}

/**
 * Makes the folder of a new run below `reportsDir`.
 * @throws ChaosError `record` when the folder cannot be made.
 */
export function createRunDirectory(reportsDir: string, wall: Date, scenarioId: string, random: Random): RunDirectory {
  let failure: unknown;
  for (let tries = 0; tries < 5; tries += 1) {
    const runId = newRunId(wall, scenarioId, random);
    const path = join(reportsDir, runId);
    try {
      mkdirSync(reportsDir, { recursive: true });
      mkdirSync(path);
      return describe(reportsDir, runId);
    } catch (cause) {
      failure = cause;
    }
  }
  throw new ChaosError({
    code: 'record',
    message: `No folder for this run could be made in ${reportsDir}.`,
    tryThis: 'Look at the free space and the permissions of the folder.',
    cause: failure,
  });
}

/** Every run below `reportsDir` that left a record, newest first. */
export function listRuns(reportsDir: string): RunDirectory[] {
  if (!existsSync(reportsDir)) return [];
  return readdirSync(reportsDir)
    .filter((name) => RUN_ID.test(name) && existsSync(join(reportsDir, name, RECORD_FILE)))
    .toSorted((a, b) => (a < b ? 1 : -1))
    .map((runId) => describe(reportsDir, runId));
}

function describe(reportsDir: string, runId: string): RunDirectory {
  return { runId, path: join(reportsDir, runId), isSeries: runId.includes(`-${SERIES}-`) };
}

/** `latest`, or `latest~2` for the second run before it. */
const LATEST = /^latest(?:~(\d+))?$/;

/**
 * The run that a person means: its id, the beginning of one id only, a part that only one id contains, `latest`, or
 * `latest~1` for the run before that (single runs; a series is named by its id).
 * @throws ChaosError `usage` when there is none or more than one.
 */
export function resolveRun(reportsDir: string, name: string): RunDirectory {
  const runs = listRuns(reportsDir);
  const latest = LATEST.exec(name);
  if (latest !== null) {
    const single = runs.filter(({ isSeries }) => !isSeries);
    return single[Number(latest[1] ?? 0)] ?? notFound(reportsDir, name, single);
  }
  if (name === SAMPLE && existsSync(join(reportsDir, SAMPLE, RECORD_FILE))) {
    return describe(reportsDir, SAMPLE);
  }
  const exact = runs.find((run) => run.runId === name);
  if (exact !== undefined) return exact;
  const starting = runs.filter((run) => name !== '' && run.runId.startsWith(name));
  const candidates = starting.length > 0 ? starting : runs.filter((run) => name !== '' && run.runId.includes(name));
  const [only, ...others] = candidates;
  if (only === undefined) return notFound(reportsDir, name, runs);
  if (others.length === 0) return only;
  throw new ChaosError({
    code: 'usage',
    message: `"${name}" is the name of ${candidates.length} runs: ${listNames(candidates)}.`,
    tryThis: 'Type more of the id, or `latest` for the newest run.',
  });
}

function notFound(reportsDir: string, name: string, runs: readonly RunDirectory[]): never {
  throw new ChaosError({
    code: 'usage',
    message: `There is no run "${name}" in ${reportsDir}.`,
    tryThis: runs.length === 0 ? 'No run has left a record there yet.' : `The newest are: ${listNames(runs)}.`,
  });
}

function listNames(runs: readonly RunDirectory[]): string {
  const shown = runs.slice(0, 5).map((run) => run.runId);
  return shown.join(', ') + (runs.length > shown.length ? ` and ${runs.length - shown.length} more` : '');
}
