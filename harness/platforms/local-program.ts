import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { PrepareOptions } from '../core/platform.ts';
import { runProgram } from './program.ts';

/** The embedded stack is a program of its own; it is run, never imported (DESIGN §3). */
export const LOCAL_PROGRAM = fileURLToPath(new URL('../../fixtures/local/main.ts', import.meta.url));
const installed = z.object({ type: z.literal('installed'), tools: z.record(z.string(), z.string()) });

/** Installs what the embedded stack and the load need, where it is missing. Returns the paths of programs, by name: `k6`. */
export async function installPrograms(
  { onProgress, signal }: PrepareOptions,
  options: readonly string[] = [],
): Promise<Record<string, string>> {
  const args = ['install', ...options];
  const done = await runProgram({ program: LOCAL_PROGRAM, args, result: installed, onProgress, signal });
  return done?.tools ?? {};
}
