import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';
import type { BenchOptions } from './main.ts';
import { formatSpread, spreadOf } from './spread.ts';
import { formatTable } from './table.ts';

const PROGRAM = fileURLToPath(new URL('../harness/cli/main.ts', import.meta.url));
const SERVER = fileURLToPath(new URL('./monitor-server-process.ts', import.meta.url));
const USAGE = fileURLToPath(new URL('./report-usage.ts', import.meta.url));

/** Kilobytes and microseconds, as the system counts them. */
const usageSchema = z.object({ maxRSS: z.number(), userCPUTime: z.number(), systemCPUTime: z.number() });
const reportSchema = z.object({
  totals: z.object({ connections: z.int(), jobs: z.int(), unknowns: z.int() }),
  isComplete: z.boolean(),
  requests: z.int(),
});

interface Size {
  readonly connections: number;
  readonly jobs: number;
}

/** One look of `monitor`, from the start of its process to its end, at a server in another process; and what it used. */
export async function benchMonitor({ quick, large }: BenchOptions): Promise<void> {
  const sizes: Size[] = [{ connections: 100, jobs: 10_000 }];
  if (!quick) sizes.push({ connections: 1000, jobs: 100_000 });
  if (large) sizes.push({ connections: 2000, jobs: 400_000 });
  const rows = [];
  for (const size of sizes) rows.push(await measure(size, quick ? 3 : 7));
  console.log(
    formatTable([
      ['connections', 'jobs', 'runs', 'requests', 'time (min / median / max)', 'CPU of the monitor', 'peak RSS'],
      ...rows,
    ]),
  );
  console.log('The server is a stranger to the figures: a real one takes its own time for each page.');
}

async function measure({ connections, jobs }: Size, runs: number): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-monitor-'));
  const server = spawn(process.execPath, [SERVER, String(connections), String(jobs)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const [url] = await once(createInterface({ input: server.stdout }), 'line');
    const took: number[] = [];
    const cpu: number[] = [];
    const memory: number[] = [];
    let requests = 0;
    for (let nth = 0; nth < runs; nth += 1) {
      const usageFile = join(folder, `${nth}.json`);
      const result = await execa(
        process.execPath,
        ['--import', USAGE, PROGRAM, 'monitor', '--url', String(url), '--json'],
        { reject: false, stdin: 'ignore', env: { BENCH_USAGE_FILE: usageFile }, maxBuffer: 2 ** 28 },
      );
      const report = reportSchema.parse(JSON.parse(result.stdout));
      if (report.totals.jobs !== jobs || report.totals.connections !== connections || !report.isComplete) {
        throw new Error(`A look did not see everything: ${JSON.stringify(report)}`);
      }
      const usage = usageSchema.parse(JSON.parse(readFileSync(usageFile, 'utf8')));
      took.push(result.durationMs);
      cpu.push((usage.userCPUTime + usage.systemCPUTime) / 1000);
      memory.push(usage.maxRSS / 1024);
      ({ requests } = report);
    }
    return [
      connections.toLocaleString('en-US'),
      jobs.toLocaleString('en-US'),
      String(runs),
      String(requests),
      formatSpread(spreadOf(took), 0, 'ms'),
      formatSpread(spreadOf(cpu), 0, 'ms'),
      formatSpread(spreadOf(memory), 0, 'MiB'),
    ];
  } finally {
    server.stdin.end();
    rmSync(folder, { recursive: true, force: true });
  }
}
