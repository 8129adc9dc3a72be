import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';

/** Everything that a step may call. What is not here is not found, and the step fails. */
const PROGRAMS = ['npm', 'node', 'bash', 'apt-get', 'rm', 'cat'];
/** A word a line and an empty line at the end; words of the steps have no line breaks. */
const RECORDER = '#!/bin/sh\nfor word in "${0##*/}" "$@"; do echo "$word"; done >> "$RECORD"\necho >> "$RECORD"\n';

const outcomeSchema = z.object({ exitCode: z.int(), stderr: z.string() });

export interface RecordedCommands extends z.infer<typeof outcomeSchema> {
  /** Each call with its arguments, as the programs saw them. */
  readonly commands: readonly (readonly string[])[];
}

/**
 * Lets the real shell run the `run:` block of a step with programs that note how they were called and do nothing. `cwd` is where
 * the step believes to be.
 */
export async function recordCommands(
  block: string,
  { cwd, environment = {} }: { readonly cwd: string; readonly environment?: Readonly<Record<string, string>> },
): Promise<RecordedCommands> {
  const place = mkdtempSync(join(tmpdir(), 'chaos-step-'));
  try {
    const bin = join(place, 'bin');
    const record = join(place, 'record');
    mkdirSync(bin);
    for (const program of PROGRAMS) writeFileSync(join(bin, program), RECORDER, { mode: 0o755 });
    const ended = await execa('/bin/bash', ['--noprofile', '--norc', '-euo', 'pipefail', '-c', block], {
      cwd,
      env: { GITHUB_STEP_SUMMARY: join(place, 'summary'), ...environment, PATH: bin, RECORD: record },
      extendEnv: false,
      reject: false,
    });
    const text = existsSync(record) ? readFileSync(record, 'utf8') : '';
    const commands = text.split('\n\n').map((lines) => lines.split('\n'));
    return { ...outcomeSchema.parse(ended), commands: commands.slice(0, -1) };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
