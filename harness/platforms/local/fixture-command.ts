import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { ChaosError, type ErrorCode } from '../../core/errors.ts';

/** The stack under test is a program of its own; it is run, never imported (DESIGN §3). */
export const STACK_PROGRAM = fileURLToPath(new URL('../../../fixtures/local/main.ts', import.meta.url));

const line = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), step: z.string(), text: z.string() }),
  z.object({ type: z.literal('installed'), tools: z.record(z.string(), z.string()), elapsedMs: z.number() }),
  z.object({ type: z.literal('error'), code: z.string(), message: z.string(), tryThis: z.string().optional() }),
]);
export type StackLine = z.infer<typeof line>;

const KNOWN_CODES: readonly ErrorCode[] = ['environment', 'install', 'platform', 'usage', 'config'];

/** A line that the stack program printed, or undefined when it is none that is understood. */
export function parseStackLine(text: string): StackLine | undefined {
  try {
    return line.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The error that the stack program reported. */
export function stackError(reported: Extract<StackLine, { type: 'error' }>): ChaosError {
  const code = KNOWN_CODES.find((known) => known === reported.code) ?? 'platform';
  return new ChaosError({
    code,
    message: reported.message,
    ...(reported.tryThis === undefined ? {} : { tryThis: reported.tryThis }),
  });
}

/**
 * Runs one command of the stack program to its end and hands each line on.
 * @throws ChaosError with the code that the program reported, else `platform` with the end of what it said.
 */
export async function runStackCommand(
  args: readonly string[],
  onLine: (line: StackLine) => void,
  signal: AbortSignal,
): Promise<void> {
  const child = spawn(process.execPath, [STACK_PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'], signal });
  let reported: ChaosError | undefined;
  let saidLast = '';
  child.stderr.on('data', (data: Buffer) => (saidLast = (saidLast + data.toString()).slice(-600)));
  createInterface({ input: child.stdout }).on('line', (text) => {
    const parsed = parseStackLine(text);
    if (parsed === undefined) return;
    if (parsed.type === 'error') reported = stackError(parsed);
    onLine(parsed);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return;
  throw (
    reported ??
    new ChaosError({ code: 'platform', message: `The stack program ended with ${code}.`, lastState: saidLast.trim() })
  );
}
