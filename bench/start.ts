import { execa } from 'execa';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkInstalled, writeManifest } from '../fixtures/local/install/manifest.ts';
import type { BenchOptions } from './main.ts';
import { formatSpread, spreadOf } from './spread.ts';
import { formatTable } from './table.ts';

/** As `npm run chaos` starts it. */
const START = fileURLToPath(new URL('../harness/cli/require-node.js', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../harness/cli/main.ts', import.meta.url));
/** As many as an installation has. */
const FILES = 2500;
const COMMANDS: readonly (readonly string[])[] = [['list'], ['--help']];

/** From the start of the process to its end, of what people type first. */
export async function benchStart({ quick }: BenchOptions): Promise<void> {
  if (!existsSync(PROGRAM)) {
    console.log('Skipped: harness/cli/main.ts is not there.');
    return;
  }
  const rows = [];
  for (const command of COMMANDS) rows.push(await run(command, quick ? 3 : 15));
  const bare = await time(['--eval', ''], quick ? 3 : 15);
  console.log(formatTable([['command', 'runs', 'exit', 'min / median / max'], ...rows, ['(node alone)', ...bare]]));
  console.log(
    `an installation of ${FILES} files looked at: ${formatSpread(spreadOf(lookAtFiles(quick ? 3 : 15)), 1, 'ms')}`,
  );
}

/** What each start does before it trusts an installation, in milliseconds. */
function lookAtFiles(runs: number): number[] {
  const folder = mkdtempSync(join(tmpdir(), 'chaos-bench-'));
  try {
    for (let index = 0; index < FILES; index += 1) writeFileSync(join(folder, `file-${index}`), 'x');
    writeFileSync(join(folder, 'python'), '');
    writeManifest(folder, { executable: join(folder, 'python'), version: '3.11.7' });
    return Array.from({ length: runs }, () => {
      const from = performance.now();
      checkInstalled(folder);
      return performance.now() - from;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function run(command: readonly string[], runs: number): Promise<string[]> {
  return [command.join(' '), ...(await time(['--import', START, PROGRAM, ...command], runs))];
}

async function time(argv: readonly string[], runs: number): Promise<string[]> {
  const took: number[] = [];
  const exits = new Set<string>();
  for (let nth = 0; nth < runs; nth += 1) {
    const result = await execa(process.execPath, argv, { reject: false, stdin: 'ignore' });
    took.push(result.durationMs);
    exits.add(String(result.exitCode ?? result.signal));
  }
  return [String(runs), [...exits].join(', '), formatSpread(spreadOf(took), 0, 'ms')];
}
