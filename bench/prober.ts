import { setTimeout as elapse } from 'node:timers/promises';
import { systemClock } from '../harness/core/clock.ts';
import type { HttpProbe } from '../harness/core/probe.ts';
import { startProber } from '../harness/probes/prober.ts';
import type { BenchOptions } from './main.ts';
import { startOutageServer } from './outage-server-process.ts';
import { formatSpread, spreadOf } from './spread.ts';
import { formatTable } from './table.ts';

interface Load {
  readonly name: string;
  readonly probes: number;
  readonly everyMs: number;
}

/** "200 probes at 20 Hz" can be read in two ways; both are measured. */
const LOADS: readonly Load[] = [
  { name: '200 probes, each 20 times a second: 4,000 samples/s', probes: 200, everyMs: 50 },
  { name: '10 probes, each 20 times a second: 200 samples/s', probes: 10, everyMs: 50 },
  { name: '200 probes, each once a second: 200 samples/s', probes: 200, everyMs: 1000 },
];
const WARM_UP_MS = 2000;

/** What the prober costs and how late its samples start, against an HTTP server in another process. */
export async function benchProber({ quick }: BenchOptions): Promise<void> {
  const seconds = quick ? 3 : 15;
  console.log(
    `CPU of the whole process (the prober's thread and the one that receives), second by second for ${seconds} s`,
  );
  const rows = [];
  for (const load of LOADS) rows.push(await run(load, seconds));
  const heading = ['load', 'samples', 'bad', 'cores: min / median / max', 'delay p50', 'p99', 'max'];
  console.log(formatTable([heading, ...rows]));
  console.log('delay: how long after its intended instant a sample started, in the prober’s event loop.');
}

async function run({ name, probes, everyMs }: Load, seconds: number): Promise<string[]> {
  const clock = systemClock();
  await using server = await startOutageServer('503', clock);
  const specs = Array.from({ length: probes }, (_, index): HttpProbe => ({
    kind: 'http',
    name: `p${index}`,
    url: server.url,
    everyMs,
    timeoutMs: 1000,
  }));
  const delays: number[] = [];
  const bad: string[] = [];
  let isMeasuring = false;
  const prober = await startProber({
    specs,
    clock,
    onSamples(batch) {
      if (!isMeasuring) return;
      for (const { ok, start, intended, note = 'bad' } of batch) {
        delays.push(start - intended);
        if (!ok) bad.push(note);
      }
    },
    onHealth: () => {},
  });
  await elapse(WARM_UP_MS);
  isMeasuring = true;
  const cores: number[] = [];
  for (let second = 0; second < seconds; second += 1) {
    const from = clock.now();
    const before = process.cpuUsage();
    await elapse(1000);
    const { user, system } = process.cpuUsage(before);
    cores.push((user + system) / 1000 / (clock.now() - from));
  }
  isMeasuring = false;
  await prober.stop();
  const delay = spreadOf(delays);
  const millis = [delay.median, delay.p99, delay.max].map((ms) => `${ms.toFixed(2)} ms`);
  return [name, String(delay.count), describeBad(bad), formatSpread(spreadOf(cores), 3, ''), ...millis];
}

function describeBad(notes: readonly string[]): string {
  return [String(notes.length), ...new Set(notes)].join(' ');
}
