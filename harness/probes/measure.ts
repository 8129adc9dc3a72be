import type { Outage, OutageReport } from '../core/outages/outages.ts';
import { trackOutages } from '../core/outages/outages.ts';
import type { Bounds } from '../core/bounds.ts';
import { systemClock, type Clock, type Millis } from '../core/clock.ts';
import type { ProberHealth, Sample } from '../core/probe.ts';
import { aProbeOf, dropLedgerTable, type MeasureTarget } from './measure-target.ts';
import { startProber } from './prober.ts';
import { SampleFile } from './sample-file.ts';
import { SampleOrder } from './sample-order.ts';

export interface MeasureOptions extends MeasureTarget {
  readonly everyMs: number;
  readonly forMs: number;
  /** A sample without an answer within this time is bad. Default 1000 ms. */
  readonly timeoutMs?: number;
  /** How many good samples in a row count as recovered. Default 3. */
  readonly recoveredAfter?: number;
  /** Every sample goes into this file as a line of JSON. It is overwritten. */
  readonly samplesFile?: string;
  /** Ends the measuring early; the result says what was seen until then. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  /** Told as soon as a bad sample has ended (a hanging one: at its time-out). */
  readonly onOutageStart?: (outage: Outage) => void;
  /** Told when the system counts as recovered. */
  readonly onOutageEnd?: (outage: Outage) => void;
  /** Told with each batch of samples, ten times a second at most, for a terminal. */
  readonly onProgress?: (progress: MeasureProgress) => void;
}

interface MeasureProgress {
  readonly elapsedMs: Millis;
  readonly samples: number;
  readonly bad: number;
  readonly last: Sample;
}

/** The prober's own health over the whole time: its event-loop delay in milliseconds. */
interface MeasuredProberHealth {
  /** Of the windows of one second, the one with the highest 99th percentile. */
  readonly worstDelayP99Ms: number;
  readonly delayMaxMs: number;
  /** Places on the schedule at which no sample was made. */
  readonly missed: number;
  /** Time in which the prober did not look, so that nothing is known. */
  readonly blindMs: number;
}

export interface MeasureResult {
  readonly samples: number;
  readonly good: number;
  readonly bad: number;
  /** In order; the last one may be open. Times on the clock given, which starts with the measuring by default. */
  readonly outages: readonly Outage[];
  /** The duration of the longest outage, undefined when there was none. */
  readonly longest: Bounds | undefined;
  /** Good samples as a share of all, undefined when there was none. */
  readonly availability: number | undefined;
  /** The slowest good sample, undefined when there was none: what was slow but answered is no outage. */
  readonly slowestGoodMs: number | undefined;
  readonly blindSpans: OutageReport['blindSpans'];
  readonly measuredForMs: Millis;
  readonly proberHealth: MeasuredProberHealth;
  /** The time at which the clock showed 0, for people. */
  readonly startedAt: Date;
  /** What could not be taken away afterwards: the table of the SQL writer. */
  readonly leftOver: string | undefined;
}

const DEFAULT_TIMEOUT_MS = 1000;

/**
 * Watches one URL, TCP port or SQL writer and reports its outages with bounds. Keeps only counters and the edges of
 * outages, so it can run for days.
 * @throws ChaosError `config` for a target that cannot be probed, `environment` when the samples file cannot be written,
 * `internal` when the prober dies.
 */
export async function measure(options: MeasureOptions): Promise<MeasureResult> {
  const clock = options.clock ?? systemClock();
  const startedAt = new Date(clock.wall().getTime() - clock.now());
  const spec = aProbeOf(options, options.everyMs, options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  await using file = options.samplesFile === undefined ? undefined : await SampleFile.create(options.samplesFile);
  const tracker = trackOutages(options);
  const order = new SampleOrder((sample) => tracker.push(sample));
  const health = { worstDelayP99Ms: 0, delayMaxMs: 0 };
  let slowestGoodMs: number | undefined;
  let samples = 0;
  let bad = 0;

  const onHealth = (window: ProberHealth): void => {
    tracker.addHealth(window);
    health.worstDelayP99Ms = Math.max(health.worstDelayP99Ms, window.delayP99Ms);
    health.delayMaxMs = Math.max(health.delayMaxMs, window.delayMaxMs);
  };
  const onSamples = (batch: readonly Sample[], settledUntil: Millis): void => {
    file?.write(batch);
    order.add(batch, settledUntil);
    samples += batch.length;
    for (const { ok, start, end } of batch) {
      if (ok) slowestGoodMs = Math.max(slowestGoodMs ?? 0, end - start);
      else bad += 1;
    }
    const last = batch.at(-1);
    if (last !== undefined) options.onProgress?.({ elapsedMs: clock.now() - from, samples, bad, last });
  };

  const from = clock.now();
  const prober = await startProber({ specs: [spec], clock, onSamples, onHealth });
  const over = new AbortController();
  const signals = [over.signal, ...(options.signal === undefined ? [] : [options.signal])];
  const endings = [untilElapsed(options.forMs, AbortSignal.any(signals)), prober.finished];
  let leftOver: string | undefined;
  let measuredForMs: Millis;
  try {
    await Promise.race(file === undefined ? endings : [...endings, file.failed]);
  } finally {
    over.abort();
    measuredForMs = clock.now() - from;
    try {
      await prober.stop();
    } finally {
      if (spec.kind === 'sql-write') leftOver = await dropLedgerTable(spec);
    }
  }
  await file?.close();
  order.finish();

  const { outages, blindSpans, good, missed } = tracker.report();
  const blindMs = blindSpans.reduce((sum, { start, end }) => sum + (end - start), 0);
  return {
    samples,
    good,
    bad,
    outages,
    longest: longestOf(outages),
    availability: samples === 0 ? undefined : good / samples,
    slowestGoodMs,
    blindSpans,
    measuredForMs,
    proberHealth: { ...health, missed, blindMs },
    startedAt,
    leftOver,
  };
}

function longestOf(outages: readonly Outage[]): Bounds | undefined {
  return outages.map(({ duration }) => duration).toSorted((a, b) => b.best - a.best || b.high - a.high)[0];
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Resolves after the time, or at once when aborted: an end that somebody asked for is not a failure. */
async function untilElapsed(forMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, Math.min(forMs, LONGEST_TIMER_MS));
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
