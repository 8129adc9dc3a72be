import { setTimeout as elapse } from 'node:timers/promises';
import { findOutages, type Outage } from '../harness/core/outages/outages.ts';
import type { Bounds } from '../harness/core/bounds.ts';
import { systemClock } from '../harness/core/clock.ts';
import type { ProberHealth, Sample } from '../harness/core/probe.ts';
import { seededRandom } from '../harness/core/random.ts';
import { startProber } from '../harness/probes/prober.ts';
import { findChaosToolkit, watchWithChaosToolkit, type SeenOutage } from './chaos-toolkit.ts';
import type { BenchOptions } from './main.ts';
import { OUTAGE_KINDS, planOutages, type OutageKind, type TrueOutage } from './outage-plan.ts';
import { startOutageServer } from './outage-server-process.ts';
import { printOutages, type Row, type Watched } from './outage-table.ts';
import { spreadOf } from './spread.ts';

const EVERY_MS = 50;
const TIMEOUT_MS = 1000;
const SIZES = { full: { count: 20, longestMs: 8000 }, quick: { count: 3, longestMs: 2000 } };
/** Chaos Toolkit takes up to three seconds to start and must outlast the plan. */
const CHAOS_TOOLKIT_MARGIN_MS = 6000;

/** A server with known outages, watched by our prober and, where it is installed, by Chaos Toolkit. */
export async function benchOutages({ quick, seed }: BenchOptions): Promise<void> {
  const { count, longestMs } = quick ? SIZES.quick : SIZES.full;
  const clock = systemClock();
  const random = seededRandom(seed);
  const peer = await findChaosToolkit();
  await using servers = await startServers(clock);
  const plans = OUTAGE_KINDS.map(() => planOutages(count, longestMs, random));
  const lengthMs = Math.max(...plans.map((plan) => plan.reduce((sum, each) => sum + each.afterMs + each.lengthMs, 0)));
  const watchForMs = lengthMs + (peer === undefined ? 0 : CHAOS_TOOLKIT_MARGIN_MS);
  console.log(
    `${count} outages of ${OUTAGE_KINDS.join(', ')} each, 0.2–${longestMs / 1000} s at random phase, seed ${seed}; ` +
      `our prober every ${EVERY_MS} ms; about ${Math.ceil(watchForMs / 1000)} s`,
  );

  const samples: Sample[] = [];
  const health: ProberHealth[] = [];
  const prober = await startProber({
    specs: servers.all.map(({ url }, index) => ({
      kind: 'http',
      name: OUTAGE_KINDS[index] ?? '',
      url,
      everyMs: EVERY_MS,
      timeoutMs: TIMEOUT_MS,
    })),
    clock,
    onSamples: (batch) => void samples.push(...batch),
    onHealth: (window) => void health.push(window),
  });
  const peers = servers.all.map(async ({ url }) =>
    peer === undefined ? [] : watchWithChaosToolkit(peer, url, watchForMs, clock),
  );
  const truths = await Promise.all(servers.all.map((server, index) => server.goThrough(plans[index] ?? [])));
  await elapse(TIMEOUT_MS + 10 * EVERY_MS); // until the last outage counts as recovered
  const seen = await Promise.all(peers);
  await prober.stop();

  const watched = OUTAGE_KINDS.map((kind, index) => {
    const own = samples.filter(({ probe }) => probe === kind);
    const { outages } = findOutages(own, { everyMs: EVERY_MS, health });
    return compare(kind, truths[index] ?? [], outages, peer === undefined ? undefined : (seen[index] ?? []));
  });
  printOutages(watched, peer === undefined ? undefined : `Chaos Toolkit ${peer.version}`);
  const delay = spreadOf(health.map(({ delayMaxMs }) => delayMaxMs));
  console.log(
    `The prober's own delay, worst of each second: median ${delay.median.toFixed(1)} ms, max ${delay.max.toFixed(1)} ms.`,
  );
}

async function startServers(clock: ReturnType<typeof systemClock>) {
  const stack = new AsyncDisposableStack();
  const all = [];
  for (const kind of OUTAGE_KINDS) all.push(stack.use(await startOutageServer(kind, clock)));
  return { all, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

function compare(
  kind: OutageKind,
  truth: readonly TrueOutage[],
  outages: readonly Outage[],
  seen: readonly SeenOutage[] | undefined,
): Watched {
  const explained = new Set<Outage>();
  const rows = truth.map(({ down, up }): Row => {
    const start = (down[0] + down[1]) / 2;
    const truthMs = (up[0] + up[1]) / 2 - start;
    const found = outages.find((outage) => outage.start.low <= up[1] && outage.end.high >= down[0]);
    if (found !== undefined) explained.add(found);
    const isInside =
      found !== undefined &&
      holds(found.start, down) &&
      holds(found.end, up) &&
      holds(found.duration, [up[0] - down[1], up[1] - down[0]]);
    // A sampler of one hertz can be a second and a time-out late.
    const bySeen = seen?.find((outage) => outage.start <= up[1] + 2000 && outage.end >= down[0]);
    return {
      kind,
      truthMs,
      found,
      isInside,
      errorMs: found === undefined ? undefined : found.duration.best - truthMs,
      peerErrorMs: bySeen === undefined ? undefined : bySeen.end - bySeen.start - truthMs,
    };
  });
  return { rows, invented: outages.filter((outage) => !explained.has(outage)).length };
}

/** The truth is an instant between two stamps; the bounds hold it when they meet. */
function holds(bounds: Bounds, [from, to]: readonly [number, number]): boolean {
  return bounds.low <= to && bounds.high >= from;
}
