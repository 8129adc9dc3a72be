import { judgeRun } from '../checks/judge.ts';
import { ChaosError } from '../core/errors.ts';
import type { RunEvent } from '../core/events.ts';
import type { Journal } from '../core/journal.ts';
import { readRecord } from '../store/record-reader.ts';
import { planChecks } from './plan-checks.ts';

/** Reads a record and judges it with the checks of today; writes nothing but a warning. @throws ChaosError `record`. */
export async function judgeRecorded(
  path: string,
): Promise<{ readonly journal: Journal; readonly events: readonly RunEvent[] }> {
  const { events, torn } = readRecord(path);
  const started = events.find((event) => event.type === 'run.started');
  if (started?.type !== 'run.started')
    throw new ChaosError({ code: 'record', message: `${path} does not begin with run.started.` });
  if (torn !== null)
    process.stderr.write(
      `Line ${torn.line} of the record is torn (the harness was killed while writing it) and is not used.\n`,
    );
  return { journal: judgeRun(events, await planChecks(started)), events };
}
