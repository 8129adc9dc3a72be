import { ChaosError, describeError } from '../core/errors.ts';

/** Prints an error for a person at 3 a.m. and returns the exit code that goes with it. */
export function printError(error: unknown): number {
  process.stderr.write(`\n✗ ${describeError(error)}\n`);
  if (error instanceof ChaosError && error.tryThis !== undefined) process.stderr.write(`  → ${error.tryThis}\n`);
  if (!(error instanceof ChaosError) && error instanceof Error && error.stack !== undefined) {
    process.stderr.write(`${error.stack}\n`);
  }
  return error instanceof ChaosError ? error.exitCode : 70;
}
