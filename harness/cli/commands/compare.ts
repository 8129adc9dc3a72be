import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { compareRuns } from '../../checks/comparison/compare-runs.ts';
import { ChaosError } from '../../core/errors.ts';
import { renderComparison } from '../../reporters/html/comparison-page.ts';
import { resolveRun } from '../../store/run-directory.ts';
import { writeAtomically } from '../../store/write-atomically.ts';
import { judgeRecorded } from '../judge-recorded.ts';
import { comparisonLines } from '../print-comparison.ts';
import { reportsDirectory } from '../project-paths.ts';

/**
 * `compare`: what changed from one recorded run to another. Both records are judged with the checks of today, so that a check
 * that was changed in between is no difference of the system. Needs no stack; the exit code says only that it was compared.
 * @throws ChaosError `usage` or `record`.
 */
export async function compareCommand(
  before: string,
  after: string,
  options: { readonly json: boolean },
): Promise<number> {
  const reports = reportsDirectory();
  const [first, second] = [resolveRun(reports, before), resolveRun(reports, after)];
  const series = [first, second].find(({ isSeries }) => isSeries);
  if (series !== undefined) {
    throw new ChaosError({
      code: 'usage',
      message: `${series.runId} is a series of several scenarios; compare works on runs of one.`,
      tryThis: 'Name the runs of that scenario; the report of the series links them.',
    });
  }
  const comparison = compareRuns(await judgeRecorded(first.path), await judgeRecorded(second.path));
  const dir = join(reports, `compare-${comparison.before.runId}-${comparison.after.runId}`);
  mkdirSync(dir, { recursive: true });
  const page = join(dir, 'index.html');
  writeAtomically(page, renderComparison(comparison));
  process.stdout.write(
    options.json
      ? `${JSON.stringify(comparison, null, 2)}\n`
      : [...comparisonLines(comparison), `Report: ${relative(process.cwd(), page)}`, ''].join('\n'),
  );
  return 0;
}
