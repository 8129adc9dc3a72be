import { execa } from 'execa';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BenchOptions } from './main.ts';
import { formatSpread, spreadOf } from './spread.ts';
import { formatTable } from './table.ts';

/** As `npm run chaos` starts it. */
const START = fileURLToPath(new URL('../harness/cli/require-node.js', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../harness/cli/main.ts', import.meta.url));
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
