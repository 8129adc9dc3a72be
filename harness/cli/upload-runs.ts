import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { openBucket, type Bucket } from '../clients/object-store.ts';
import { ChaosError } from '../core/errors.ts';
import { JOURNAL_FILE } from '../store/journal-file.ts';
import { listRuns } from '../store/run-directory.ts';
import { printError } from './print-error.ts';
import { reportsDirectory } from './project-paths.ts';

interface BucketPlace {
  readonly bucket: string;
  /** Empty, or with a slash at its end. */
  readonly prefix: string;
}

/**
 * Does some work, and afterwards puts the folder of every run that came of it into a bucket, whatever became of the run. Credentials, region and address are
 * as for every program of Amazon's SDK: `AWS_…` in the environment, or the identity of the pod.
 * @param to `s3://BUCKET/PREFIX`; undefined: nothing is put anywhere
 * @returns the exit code of the work; 70 where that was 0 and its results could not be kept.
 * @throws ChaosError `usage` for a place that is none, before the work.
 */
export async function keepingRuns(to: string | undefined, work: () => Promise<number>): Promise<number> {
  if (to === undefined) return work();
  const place = parsePlace(to);
  const reports = reportsDirectory();
  const before = new Set(listRuns(reports).map(({ runId }) => runId));
  const exitCode = await work();
  const made = listRuns(reports).filter(({ runId }) => !before.has(runId));
  if (made.length === 0) return exitCode;
  try {
    const bucket = await openBucket(place);
    try {
      for (const { runId, path } of made) await uploadFolder(bucket, path, `${place.prefix}${runId}/`);
    } finally {
      bucket.close();
    }
  } catch (error) {
    const code = printError(error);
    return exitCode === 0 ? code : exitCode;
  }
  const names = made.map(({ runId }) => `s3://${place.bucket}/${place.prefix}${runId}/`);
  process.stderr.write(`Kept: ${names.join(', ')}\n`);
  return exitCode;
}

function parsePlace(to: string): BucketPlace {
  const [, bucket, path = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(to) ?? [];
  if (bucket === undefined) {
    throw new ChaosError({
      code: 'usage',
      message: `--upload ${to}: that is no place in an object store.`,
      tryThis: '--upload s3://BUCKET/PREFIX',
    });
  }
  const prefix = path.replace(/\/+$/, '');
  return { bucket, prefix: prefix === '' ? '' : `${prefix}/` };
}

/** Of the files of a run, so that its report opens where it is. */
const CONTENT_TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.json', 'application/json'],
  ['.ndjson', 'application/x-ndjson'],
  ['.xml', 'application/xml'],
  ['.md', 'text/markdown; charset=utf-8'],
  ['.log', 'text/plain; charset=utf-8'],
]);

/** The journal last: who finds it finds all of the run. */
async function uploadFolder(bucket: Bucket, folder: string, prefix: string): Promise<void> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map(({ parentPath, name }) => relative(folder, join(parentPath, name)));
  const rest = paths.filter((path) => path !== JOURNAL_FILE);
  for (const path of [...rest, ...paths.filter((one) => one === JOURNAL_FILE)])
    await bucket.put(`${prefix}${path}`, readFileSync(join(folder, path)), CONTENT_TYPES.get(extname(path)));
}
