import type { Clock } from '../core/clock.ts';
import { runScenario, type RunOptions } from '../runner/run-scenario.ts';
import { endRun } from './end-run.ts';
import { describeEnvironment } from './environment.ts';
import type { ClaimedMachine, ShownRecord } from './start-run.ts';

/** What a run takes place on, and where it is written and shown. */
export interface Stage {
  readonly claimed: ClaimedMachine;
  readonly shown: ShownRecord;
  readonly clock: Clock;
  /** Lets go of what the run has used beside these; before its reports are written. */
  readonly close?: () => void;
}

/** Carries a run out on a machine that is claimed, judges what it left, reports and prints it. Returns its exit code. */
export async function carryOut(
  run: Omit<RunOptions, 'environment' | 'clock' | 'record' | 'signal' | 'lock'>,
  { claimed: { lock, signal, stopListening }, shown, clock, close }: Stage,
  options: { readonly json: boolean },
): Promise<number> {
  const { record } = shown;
  const failure = await runScenario({ ...run, environment: describeEnvironment(), clock, record, signal, lock });
  close?.();
  stopListening();
  shown.close();
  return endRun(shown, failure, options);
}
