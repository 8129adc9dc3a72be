import { interruptible } from '../../harness/cli/interrupt.ts';
import { loadPlatform } from '../../harness/cli/load-platform.ts';
import type { Platform } from '../../harness/core/platform.ts';
import { acquireRunLock } from '../../harness/runner/run-lock.ts';
import { dropOwnTables } from '../../harness/workload/between-faults.ts';
import type { BenchOptions } from '../main.ts';
import { onOwnStack } from '../own-stack.ts';
import { ATTACHED, FURTHER, type Attachment } from './attachments.ts';
import { openClusterMeter } from './cluster-meter.ts';
import { formatCost, LIMIT } from './cost-table.ts';
import { countRequestsTo } from './own-requests.ts';
import { orderOf } from './paired-change.ts';
import { measureAttached, measureAway, type Window } from './windows.ts';

interface Plan {
  readonly rounds: number;
  readonly windowMs: number;
  readonly settleMs: number;
  readonly attachments: readonly Attachment[];
}

/** Fewer than six pairs cannot tell where a median lies; an odd number has one in its middle. */
const NORMAL = { rounds: 9, windowMs: 20_000, settleMs: 4000 } as const;
const QUICK = { rounds: 3, windowMs: 3000, settleMs: 1000 } as const;

const say = (text: string): void => console.log(text);

/**
 * What the harness costs a cluster of kind: windows of 20 s without it and with it in turns, on the stack that is up or on one of its own. With
 * `--large` also its watches without its probes, and the scenarios that watch the most.
 * @throws ChaosError `busy` while a run is under way.
 */
export async function benchClusterCost({ quick, large, seed }: BenchOptions): Promise<void> {
  const platform = await loadPlatform('kind');
  const lock = acquireRunLock(`bench-${process.pid}`);
  const { signal, stopListening } = interruptible(say);
  const plan = { ...(quick ? QUICK : NORMAL), attachments: large ? [ATTACHED, ...FURTHER] : [ATTACHED] };
  try {
    const isUp = await tidyStack(platform);
    if (isUp) await measureCost(platform, plan, seed, signal);
    else
      await onOwnStack(platform, { settings: {}, signal, onProgress: say }, async (stack) => {
        stack.release(); // each window opens it anew
        await measureCost(platform, plan, seed, signal);
      });
  } finally {
    stopListening();
    lock.release();
  }
}

/** Drops tables that a killed run left, as a run does; false when no stack is up. */
async function tidyStack(platform: Platform): Promise<boolean> {
  const stack = await platform.findRunning();
  if (stack === undefined) return false;
  try {
    await dropOwnTables(stack);
  } finally {
    stack.release();
  }
  return true;
}

async function measureCost(platform: Platform, plan: Plan, seed: number, signal: AbortSignal): Promise<void> {
  const { rounds, windowMs, settleMs, attachments } = plan;
  using meter = await openClusterMeter();
  using requests = countRequestsTo(meter.server);
  const options = { platform, meter, requests, windowMs, settleMs, seed, signal };
  say(`${rounds} rounds of windows of ${windowMs / 1000} s: harness away, and ${attachments.length} way(s) attached`);
  const away: Window[] = [];
  const attached = attachments.map((): Window[] => []);
  let trial = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (const kind of orderOf(round, [undefined, ...attachments])) {
      trial += 1;
      const window = kind === undefined ? await measureAway(options) : await measureAttached(options, kind, trial);
      (kind === undefined ? away : attached[attachments.indexOf(kind)])?.push(window);
      say(`round ${round + 1}: ${describe(window)} (${kind?.name ?? 'harness away'})`);
    }
  }
  for (const [index, { name }] of attachments.entries()) {
    const pairs = away.flatMap((without, round) => {
      const withIt = attached[index]?.[round];
      return withIt === undefined ? [] : [{ away: without, attached: withIt }];
    });
    say(`\nattached: ${name}\n${formatCost(pairs)}`);
  }
  say(EXPLANATION);
}

function describe({ cores, requestsPerSecond, ownRequestsPerSecond, badSamples }: Window): string {
  const bad = badSamples === 0 ? '' : `, ${badSamples} bad samples`;
  return `${cores.toFixed(3)} cores, ${requestsPerSecond.toFixed(1)} requests/s, ${ownRequestsPerSecond.toFixed(2)} of them ours${bad}`;
}

const EXPLANATION = `
more with it: attached ÷ away − 1 of each round; for the harness's own requests, their number ÷ all requests of the window without it.
CPU of all nodes: the containers of the control plane and of the workers, from their cgroups; what the probes make the stack do is in it.
The API server counts a request when it ends, a watch therefore once, after the window; the harness's own are counted in its process
when they are sent (diagnostics channel of fetch), all of them, and nobody else's. The requests of this bench are in neither.
under ${LIMIT * 100} %: yes or no when the whole interval of the median is on that side, else unknown.`;
