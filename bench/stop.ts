import { setTimeout as sleep } from 'node:timers/promises';
import pWaitFor from 'p-wait-for';
import { makeWorkplace, newestRecord, stacksOf, startChaos } from '../harness/cli/testing/run-chaos.ts';
import { seededRandom, type Random } from '../harness/core/random.ts';
import { localPlatform } from '../harness/platforms/local/local-platform.ts';
import { catalogue } from '../scenarios/index.ts';
import type { BenchOptions } from './main.ts';
import { formatSpread, spreadOf } from './spread.ts';
import { formatTable } from './table.ts';

/** A stop comes at any time of so long after the fault. */
const WITHIN_MS = 4000;
const FAULT = '"type":"fault.injected"';
const UNDONE = '"type":"fault.undone"';
/** The exit code of what is refused before anything is there. */
const REFUSED = 64;
/** While a stack comes up, which takes twelve seconds or more. */
const COMING_UP = 'while the stack comes up';

interface Stop {
  /** From the signal until the record says that the fault is undone; undefined where there was none yet. */
  readonly undoneMs: number | undefined;
  /** From the signal until the command is gone, and its stack with it. */
  readonly goneMs: number;
  /** Anything but 130 with nothing left to undo. */
  readonly wrong: string | undefined;
}

/** How long a stop takes, by Ctrl-C's signal, of every scenario and variant that the local stack carries: once each, with `--large` three times. */
export async function benchStop({ quick, large, seed }: BenchOptions): Promise<void> {
  const random = seededRandom(seed);
  console.log(`signal up to ${WITHIN_MS / 1000} s after the fault, seed ${seed}; each run on a stack of its own`);
  const rows: string[][] = [];
  const all: Stop[] = [];
  const tell = (name: string, stops: readonly Stop[]): void => {
    rows.push(row(name, stops));
    console.log(rows.at(-1)?.join('  '));
  };
  for (const argv of quick ? [['worker_failure']] : await everyRun()) {
    const stops: Stop[] = [];
    for (let nth = 0; nth < (large ? 3 : 1); nth += 1) stops.push(...(await stop(argv, FAULT, random)));
    all.push(...stops);
    tell(argv.join(' '), stops);
  }
  rows.push(row('all of them', all));
  tell(COMING_UP, await stop(['worker_failure'], '"name":"provision"', random));
  console.log(
    `\n${formatTable([['stopped', 'stops', 'fault undone', 'command gone', 'not as it should be'], ...rows])}`,
  );
}

/** The arguments of each run that needs nothing the local stack lacks. */
async function everyRun(): Promise<string[][]> {
  const { capabilities } = localPlatform();
  const runs = [];
  for (const [id, { load }] of Object.entries(catalogue)) {
    const { needs, variants = {} } = (await load()).default;
    if (needs.every((capability) => capabilities.has(capability)))
      runs.push([id], ...Object.keys(variants).map((variant) => [id, '--variant', variant]));
  }
  return runs;
}

/** Nothing where the platform refuses the run, since a fault of its variant needs more than it has. */
async function stop(argv: readonly string[], moment: string, random: Random): Promise<Stop[]> {
  const place = makeWorkplace();
  try {
    const run = startChaos(place, argv);
    const record = (): string => newestRecord(place, argv[0] ?? '');
    let isOver = false;
    const ended = run.then((how) => {
      isOver = true;
      return how;
    });
    await pWaitFor(() => isOver || record().includes(moment), { interval: 10, timeout: 600_000 });
    await sleep(random.next() * WITHIN_MS);
    const undoneBefore = record().split(UNDONE).length;
    const from = performance.now();
    run.kill('SIGINT');
    let undoneMs: number | undefined;
    const watch = setInterval(() => {
      if (undoneMs === undefined && record().split(UNDONE).length > undoneBefore) undoneMs = performance.now() - from;
    }, 10);
    const { exitCode, stderr } = await ended;
    const goneMs = performance.now() - from;
    clearInterval(watch);
    if (exitCode === REFUSED) return [];
    const cleanUp = await startChaos(place, ['cleanup']);
    const isClean = cleanUp.stdout.includes('Nothing was left to undo') && stacksOf(place).length === 0;
    const whatElse = `exit code ${exitCode}, ${stderr.trim().split('\n')[0]}, ${cleanUp.stdout}`;
    return [{ undoneMs, goneMs, wrong: exitCode === 130 && isClean ? undefined : whatElse }];
  } finally {
    place.remove();
  }
}

function row(name: string, stops: readonly Stop[]): string[] {
  const spread = (values: readonly (number | undefined)[]): string => {
    const seconds = values.filter((value) => value !== undefined).map((value) => value / 1000);
    return seconds.length === 0 ? '–' : formatSpread(spreadOf(seconds), 2, 's');
  };
  const wrong = stops.flatMap((one) => one.wrong ?? []).join('; ');
  return [
    name,
    String(stops.length),
    spread(stops.map(({ undoneMs }) => undoneMs)),
    spread(stops.map(({ goneMs }) => goneMs)),
    wrong,
  ];
}
