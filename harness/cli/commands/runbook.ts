import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from '../../../scenarios/index.ts';
import { ChaosError } from '../../core/errors.ts';
import { writeAtomically } from '../../store/write-atomically.ts';
import { readObjectives } from '../objectives-file.ts';
import { userFile } from '../project-paths.ts';
import { renderAllRunbooks, renderRunbookOf } from '../runbook-files.ts';

export interface RunbookOptions {
  readonly objectives: string;
  readonly write?: string;
}

/** Prints the runbook of a scenario, or writes those of all to a folder. @throws ChaosError `usage`, `objectives` or `record`. */
export async function runbookCommand(scenarioId: string | undefined, options: RunbookOptions): Promise<number> {
  const objectives = await readObjectives(userFile(options.objectives));
  if ((scenarioId === undefined) === (options.write === undefined)) {
    throw new ChaosError({
      code: 'usage',
      message: 'runbook takes either a scenario or --write FOLDER.',
      tryThis: `There are: ${Object.keys(catalogue).join(', ')}.`,
    });
  }
  if (scenarioId !== undefined) process.stdout.write(await renderRunbookOf(scenarioId, objectives));
  if (options.write !== undefined) {
    const folder = userFile(options.write);
    mkdirSync(folder, { recursive: true });
    const files = await renderAllRunbooks(objectives);
    for (const { file, content } of files) writeAtomically(join(folder, file), content);
    process.stdout.write(`${files.length} files written to ${options.write}\n`);
  }
  return 0;
}
