import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { ChaosError, type ErrorCode } from '../core/errors.ts';

/** What every program of the project says while it works; what else it says is its own. */
const common = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), step: z.string(), text: z.string() }),
  z.object({ type: z.literal('error'), code: z.string(), message: z.string(), tryThis: z.string().optional() }),
]);

const KNOWN_CODES: readonly ErrorCode[] = ['environment', 'install', 'platform', 'usage', 'config', 'interrupted'];

/** A line of NDJSON as `schema` has it, or undefined when it is none. */
export function parseLine<Line>(text: string, schema: z.ZodType<Line>): Line | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The error that a line reports, when it reports one. */
export function errorIn(text: string): ChaosError | undefined {
  const line = parseLine(text, common);
  if (line?.type !== 'error') return undefined;
  return new ChaosError({
    code: KNOWN_CODES.find((known) => known === line.code) ?? 'platform',
    message: line.message,
    ...(line.tryThis === undefined ? {} : { tryThis: line.tryThis }),
  });
}

export interface ProgramRun<Result> {
  /** A TypeScript file. */
  readonly program: string;
  readonly args: readonly string[];
  /** The line in which it says what it has made. */
  readonly result: z.ZodType<Result>;
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Runs a program of the project that is not part of the harness, and returns what it reported last; undefined when it has nothing
 * to report.
 * @throws ChaosError with the code that the program reported, else `platform` with the end of what it said.
 */
export async function runProgram<Result>(run: ProgramRun<Result>): Promise<Result | undefined> {
  const { program, args, signal } = run;
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'], signal });
  let result: Result | undefined;
  let reported: ChaosError | undefined;
  let saidLast = '';
  child.stderr.on('data', (data: Buffer) => (saidLast = (saidLast + data.toString()).slice(-600)));
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = parseLine(text, common);
    if (line?.type === 'progress') run.onProgress(line.text);
    reported = errorIn(text) ?? reported;
    result = parseLine(text, run.result) ?? result;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return result;
  const message = `${program} ${args[0] ?? ''} ended with ${code}.`;
  throw reported ?? new ChaosError({ code: 'platform', message, lastState: saidLast.trim() });
}
