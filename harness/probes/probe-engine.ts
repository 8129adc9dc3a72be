import type { Clock, Millis } from '../core/clock.ts';
import type { ProbeSpec, ProberHealth } from '../core/probe.ts';
import { DelayWindow } from './delay-window.ts';
import { openProbeClient, type Attempt, type ProbeClient, type ProbeOutcome } from './probe-client.ts';
import { SampleBatchWriter, type SampleBatch } from './sample-batch.ts';
import { Schedule, phaseShiftMs } from './schedule.ts';

const FLUSH_EVERY_MS = 100;
const HEARTBEAT_MS = 20;

interface Probe {
  readonly number: number;
  readonly timeoutMs: number;
  readonly client: ProbeClient;
  inFlight: number;
  /** Set when it was removed: what to do once nothing of it is in flight. */
  onDrained: (() => void) | undefined;
}

interface InFlight {
  readonly probe: Probe;
  readonly intended: Millis;
  readonly start: Millis;
  attempt: Attempt | undefined;
}

export interface EngineOptions {
  readonly clock: Clock;
  readonly onBatch: (batch: SampleBatch) => void;
  readonly onHealth: (health: ProberHealth) => void;
}

/** What runs in the prober's thread: starts samples on schedule, gives up on those that hang, hands results over. */
export class ProbeEngine {
  readonly #clock: Clock;
  readonly #options: EngineOptions;
  readonly #schedule = new Schedule<Probe | 'heartbeat'>();
  readonly #probes = new Map<number, Probe>();
  readonly #removedEarly = new Set<number>();
  /** Samples in flight by time-out; each set is in the order of its deadlines. */
  readonly #inFlight = new Map<number, Set<InFlight>>();
  readonly #batch = new SampleBatchWriter();
  readonly #delays: DelayWindow;
  readonly #flushTimer: NodeJS.Timeout;
  #wakeTimer: NodeJS.Timeout | undefined;
  readonly #removals = new Set<Promise<void>>();
  #isStopping = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#clock = options.clock;
    const now = this.#clock.now();
    this.#delays = new DelayWindow(now, options.onHealth);
    this.#schedule.add('heartbeat', HEARTBEAT_MS, now + HEARTBEAT_MS);
    this.#flushTimer = setInterval(() => this.#flush(), FLUSH_EVERY_MS);
    this.#arm();
  }

  async add(number: number, spec: ProbeSpec): Promise<void> {
    const client = await openProbeClient(spec, this.#clock);
    if (this.#removedEarly.delete(number) || this.#isStopping) {
      client.close();
      return;
    }
    const probe: Probe = { number, timeoutMs: spec.timeoutMs, client, inFlight: 0, onDrained: undefined };
    this.#probes.set(number, probe);
    this.#schedule.add(probe, spec.everyMs, this.#clock.now() + phaseShiftMs(number, spec.everyMs));
    this.#arm();
  }

  /** Starts no more samples of the probe and resolves when those in flight have ended and were handed over. */
  remove(number: number): Promise<void> {
    const removal = this.#drain(number).finally(() => this.#removals.delete(removal));
    this.#removals.add(removal);
    return removal;
  }

  async #drain(number: number): Promise<void> {
    const probe = this.#probes.get(number);
    if (probe === undefined) {
      this.#removedEarly.add(number);
      return;
    }
    this.#probes.delete(number);
    this.#schedule.remove(probe);
    if (probe.inFlight > 0) await new Promise<void>((resolve) => (probe.onDrained = resolve));
    probe.client.close();
    this.#flush();
  }

  /** Starts nothing more and resolves when everything in flight has ended or timed out and was handed over. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const number of this.#probes.keys()) void this.remove(number);
    await Promise.all(this.#removals);
    clearInterval(this.#flushTimer);
    clearTimeout(this.#wakeTimer);
    this.#schedule.clear();
    this.#flush();
    this.#delays.close(this.#clock.now());
  }

  readonly #wake = (): void => {
    const now = this.#clock.now();
    for (let tick = this.#schedule.take(now); tick !== undefined; tick = this.#schedule.take(now)) {
      this.#delays.observe(tick.overdueSince, now);
      if (tick.item !== 'heartbeat') this.#begin(tick.item, tick.intended);
    }
    this.#giveUpHanging(now);
    this.#arm();
  };

  #arm(): void {
    clearTimeout(this.#wakeTimer);
    let next = this.#schedule.nextDue;
    for (const [timeoutMs, set] of this.#inFlight) {
      for (const oldest of set) {
        next = Math.min(next, oldest.start + timeoutMs);
        break;
      }
    }
    // Never early: a sample must not start before its intended instant.
    this.#wakeTimer = setTimeout(this.#wake, Math.max(1, Math.ceil(next - this.#clock.now())));
  }

  #begin(probe: Probe, intended: Millis): void {
    const sample: InFlight = { probe, intended, start: this.#clock.now(), attempt: undefined };
    const set = this.#inFlight.get(probe.timeoutMs) ?? new Set();
    if (set.size === 0) this.#inFlight.set(probe.timeoutMs, set);
    set.add(sample);
    probe.inFlight += 1;
    sample.attempt = probe.client.begin((outcome) => this.#finish(sample, outcome));
  }

  #finish(sample: InFlight, outcome: ProbeOutcome | undefined): void {
    const { probe } = sample;
    if (this.#inFlight.get(probe.timeoutMs)?.delete(sample) !== true) return;
    probe.inFlight -= 1;
    if (outcome !== undefined) {
      this.#batch.add(probe.number, sample.intended, sample.start, this.#clock.now(), outcome);
      this.#delays.countSample();
    }
    if (probe.inFlight === 0) probe.onDrained?.();
  }

  #giveUpHanging(now: Millis): void {
    const overdue: InFlight[] = [];
    for (const [timeoutMs, set] of this.#inFlight) {
      for (const sample of set) {
        if (sample.start + timeoutMs > now) break;
        overdue.push(sample);
      }
    }
    if (overdue.length === 0) return;
    // After a stall of our own the answers may be waiting in the sockets. Timers run before sockets are read and
    // immediates after, so look once before calling it a time-out.
    setImmediate(() => {
      for (const sample of overdue) {
        const isWaiting = this.#inFlight.get(sample.probe.timeoutMs)?.has(sample) === true;
        if (isWaiting && sample.attempt !== undefined) this.#finish(sample, sample.attempt.expire());
      }
      this.#arm();
    });
  }

  #flush(): void {
    this.#options.onBatch(this.#batch.take(this.#settledUntil()));
  }

  #settledUntil(): Millis {
    let settled = Math.min(this.#schedule.nextDue, this.#clock.now());
    for (const set of this.#inFlight.values()) {
      for (const { intended } of set) settled = Math.min(settled, intended);
    }
    return settled;
  }
}
