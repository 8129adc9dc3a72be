import { systemClock } from '../../core/clock.ts';
import { ChaosError } from '../../core/errors.ts';
import type { RunEvent } from '../../core/events.ts';
import type { Platform, RunningStack } from '../../core/platform.ts';
import { awaitRest, awaitSteadyAgain } from '../../runner/await-steady-again.ts';
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

export interface SteadyOptions {
  readonly platform: string;
  /** Of an existing cluster. */
  readonly config: string;
  readonly json: boolean;
}

/**
 * `steady`: whether the stack that is up is steady and redundant, as `everything` wants it between two faults, or an existing Airbyte as a run on it wants it
 * before the fault; waits for it a while. Breaks nothing. Exit 0 steady, 2 not.
 * @throws ChaosError `usage` when no stack is up, `busy` or `cleanup-needed`; `refused` or `config` as the reading of a cluster does.
 */
export async function steadyCommand(options: SteadyOptions): Promise<number> {
  const lock = acquireRunLock(`steady-${process.pid}`);
  const { signal, stopListening } = interruptible((text) => process.stderr.write(`${text}\n`));
  try {
    const { platform, stack, waitUntilSteady } = await open(options, signal);
    const clock = systemClock();
    const record = new RunRecorder(inMemory(() => clock.now()));
    recordPlatform({ platform, record, weaknesses: [] }, stack, await stack.instances());
    const lacking = await waitUntilSteady({ stack, clock, record, signal, gap: 1 });
    stack.release();
    const waits = record.events.flatMap((event) => (event.type === 'wait' ? [event] : []));
    print(
      {
        isSteady: lacking === undefined,
        waits: waits.map(({ name, satisfied, lastState }) => ({ name, satisfied, lastState })),
      },
      options,
    );
    return lacking === undefined ? 0 : 2;
  } finally {
    stopListening();
    lock.release();
  }
}

interface AtRest {
  readonly platform: Platform;
  readonly stack: RunningStack;
  readonly waitUntilSteady: typeof awaitSteadyAgain;
}

async function open({ platform: id, config }: SteadyOptions, signal: AbortSignal): Promise<AtRest> {
  if (id === 'cluster') {
    const { openAtRest } = await import('../existing/steady-existing.ts');
    const { parts, ...there } = await openAtRest(config, signal);
    return { ...there, waitUntilSteady: (options) => awaitRest(options, parts) };
  }
  const platform = await loadPlatform(id);
  const stack = await platform.findRunning();
  if (stack !== undefined) return { platform, stack, waitUntilSteady: awaitSteadyAgain };
  throw new ChaosError({ code: 'usage', message: 'No stack is up.', tryThis: 'Bring one up: npm run chaos -- up' });
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

/** What is known there is no more than what a run on it wants to see. */
const STEADY: Readonly<Record<string, string>> = { cluster: 'Steady: everything is there, and the API answers well' };

function print(report: SteadyReport, { json, platform }: SteadyOptions): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  for (const { name, satisfied, lastState } of report.waits)
    process.stdout.write(satisfied ? `✓ ${name}\n` : `✗ ${name}: ${lastState}\n`);
  process.stdout.write(report.isSteady ? `${STEADY[platform] ?? 'Steady and redundant'}.\n` : 'Not steady.\n');
}
