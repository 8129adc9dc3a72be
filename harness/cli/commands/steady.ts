import { systemClock } from '../../core/clock.ts';
import { ChaosError } from '../../core/errors.ts';
import type { RunEvent } from '../../core/events.ts';
import { awaitSteadyAgain } from '../../runner/await-steady-again.ts';
import { acquireRunLock } from '../../runner/run-lock.ts';
import { RunRecorder } from '../../runner/run-recorder.ts';
import { recordPlatform } from '../../runner/run-scenario.ts';
import type { RecordWriter } from '../../store/record-writer.ts';
import { interruptible } from '../interrupt.ts';
import { loadPlatform } from '../load-platform.ts';

/** What `steady --json` prints. */
export interface SteadyReport {
  readonly isSteady: boolean;
  /** What was waited for, in order; the last one is what did not come true. */
  readonly waits: readonly { readonly name: string; readonly satisfied: boolean; readonly lastState: string }[];
}

/**
 * `steady`: whether the stack that is up is steady and redundant, as `everything` wants it between two faults; waits for it a while. Breaks
 * nothing. Exit 0 steady, 2 not.
 * @throws ChaosError `usage` when no stack is up, `busy` or `cleanup-needed`.
 */
export async function steadyCommand(options: { readonly platform: string; readonly json: boolean }): Promise<number> {
  const platform = await loadPlatform(options.platform);
  const lock = acquireRunLock(`steady-${process.pid}`);
  const { signal, stopListening } = interruptible((text) => process.stderr.write(`${text}\n`));
  try {
    const stack = await platform.findRunning();
    if (stack === undefined) {
      throw new ChaosError({ code: 'usage', message: 'No stack is up.', tryThis: 'Bring one up: npm run chaos -- up' });
    }
    const clock = systemClock();
    const record = new RunRecorder(inMemory(() => clock.now()));
    recordPlatform({ platform, record, weaknesses: [] }, stack, await stack.instances());
    const lacking = await awaitSteadyAgain({ stack, clock, record, signal, gap: 1 });
    stack.release();
    const waits = record.events.flatMap((event) => (event.type === 'wait' ? [event] : []));
    print(
      {
        isSteady: lacking === undefined,
        waits: waits.map(({ name, satisfied, lastState }) => ({ name, satisfied, lastState })),
      },
      options.json,
    );
    return lacking === undefined ? 0 : 2;
  } finally {
    stopListening();
    lock.release();
  }
}

/** What was seen is needed for the answer alone. */
function inMemory(now: () => number): RecordWriter {
  let i = -1;
  return {
    append: (body, trial): RunEvent => ({ i: (i += 1), t: now(), trial, ...body }),
    flush: () => undefined,
    sync: () => undefined,
    close: () => undefined,
  };
}

function print(report: SteadyReport, isJson: boolean): void {
  if (isJson) {
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  for (const { name, satisfied, lastState } of report.waits)
    process.stdout.write(satisfied ? `✓ ${name}\n` : `✗ ${name}: ${lastState}\n`);
  process.stdout.write(report.isSteady ? 'Steady and redundant.\n' : 'Not steady.\n');
}
