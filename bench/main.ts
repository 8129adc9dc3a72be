/**
 * `npm run bench [-- NAME…] [--quick] [--large]`: measures what the harness promises and prints it with its spread. It never
 * judges: a number that depends on the machine must not fail a build.
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** A short form for tests. */
  readonly quick: boolean;
  readonly seed: number;
  /** Also what takes very long. */
  readonly large: boolean;
}

/** A bench prints its own tables. */
export type Bench = (options: BenchOptions) => Promise<void>;

const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  outages: async () => (await import('./outages.ts')).benchOutages,
  prober: async () => (await import('./prober.ts')).benchProber,
  start: async () => (await import('./start.ts')).benchStart,
  report: async () => (await import('./report.ts')).benchReport,
  monitor: async () => (await import('./monitor.ts')).benchMonitor,
  stop: async () => (await import('./stop.ts')).benchStop,
  restore: async () => (await import('./restore.ts')).benchRestore,
  'cluster-cost': async () => (await import('./cluster-cost/cluster-cost.ts')).benchClusterCost,
};
/** They take a machine for themselves for many minutes: only when they are asked for. */
const ON_REQUEST: ReadonlySet<string> = new Set(['stop', 'restore', 'cluster-cost']);

function readArguments(): { names: string[]; options: BenchOptions } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      large: { type: 'boolean', default: false },
      seed: { type: 'string', default: String(Date.now() % 1e6) },
    },
  });
  const unknown = positionals.filter((name) => !Object.hasOwn(benches, name));
  if (unknown.length > 0) throw new Error(`There is no bench "${unknown.join('", "')}".`);
  const seed = Number(values.seed);
  if (!Number.isInteger(seed)) throw new Error(`The seed "${values.seed}" is not a whole number.`);
  const names = positionals.length > 0 ? positionals : Object.keys(benches).filter((name) => !ON_REQUEST.has(name));
  return { names, options: { quick: values.quick, large: values.large, seed } };
}

async function main(): Promise<void> {
  const { names, options } = readArguments();
  const load = loadavg().map((value) => value.toFixed(1));
  console.log(
    `Node ${process.version}, ${cpus().length} cores, load average ${load.join(' ')} (what else runs here shows)`,
  );
  for (const name of names) {
    const bench = await benches[name]?.();
    console.log(`\n== ${name} ==`);
    await bench?.(options);
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(`Usage: npm run bench -- [${Object.keys(benches).join('|')}]… [--quick] [--large] [--seed N]`);
  process.exitCode = 64;
}
