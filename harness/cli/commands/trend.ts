import { ChaosError } from '../../core/errors.ts';
import { renderTrend } from '../../reporters/series/trend.ts';
import { addToArchive, readArchive, readSeriesOfReports } from '../../store/series-archive.ts';
import { reportsDirectory, userFile } from '../project-paths.ts';

export interface TrendOptions {
  readonly keepIn?: string;
  readonly last: string;
}

/**
 * `trend`: how long each scenario took to recover in the last series, as Markdown. With a folder to keep journals in, those of this
 * machine's series are added to it first and the trend is over all that it holds. Needs no stack.
 * @throws ChaosError `usage`, or `record` when the disk refuses.
 */
export async function trendCommand({ keepIn, last }: TrendOptions): Promise<number> {
  const shown = Number(last);
  if (!Number.isInteger(shown) || shown < 1) {
    throw new ChaosError({
      code: 'usage',
      message: `--last ${last} is not a number of series.`,
      tryThis: 'Give a whole number from 1 on, such as --last 7.',
    });
  }
  const found = readSeriesOfReports(reportsDirectory());
  if (keepIn !== undefined) addToArchive(userFile(keepIn), found.journals);
  const { journals, damaged } = keepIn === undefined ? found : readArchive(userFile(keepIn));
  for (const name of damaged) process.stderr.write(`Left out, as it cannot be read: ${name}\n`);
  process.stdout.write(renderTrend(journals, shown));
  return 0;
}
