import { between, elapsed, type Bounds } from '../bounds.ts';
import type { Millis } from '../clock.ts';
import type { ProberHealth, Sample } from '../probe.ts';
import { isMostlyBlind, mergeSpans, type BlindSpan } from './blind-spans.ts';
import { OpenOutage } from './open-outage.ts';
import { TypicalLatency } from './typical-latency.ts';

/** A time in which a probe found the system unavailable. All times in milliseconds on the run's clock. */
export interface Outage {
  /** `low` is −Infinity when the first sample was bad already: it may have begun at any time before. */
  readonly start: Bounds;
  /** `best` and `high` are Infinity while it is open. */
  readonly end: Bounds;
  readonly duration: Bounds;
  /** True when the samples ended before enough good ones had followed. */
  readonly isOpen: boolean;
  /** True when every bad sample of it lies mostly in spans in which the prober was blind: a check says `unknown`. */
  readonly isBlind: boolean;
  readonly badSamples: number;
  /** Good samples between its first and its last bad one: more than none means flapping. */
  readonly goodSamples: number;
  /** What was answered, each text once, at most five. */
  readonly notes: readonly string[];
}

export interface OutageOptions {
  /** The period of the probe. */
  readonly everyMs: number;
  /** How many good samples in a row count as recovered. Default 3. */
  readonly recoveredAfter?: number;
  /**
   * The prober was blind where its own delay was longer than this, or where it started no sample for a period and this.
   * Default 100 ms or one period, whichever is longer.
   */
  readonly blindAfterMs?: number;
}

/** What the samples of one probe showed. */
export interface OutageReport {
  readonly outages: readonly Outage[];
  readonly blindSpans: readonly BlindSpan[];
  readonly good: number;
  readonly bad: number;
  /** Places on the schedule at which no sample was made. */
  readonly missed: number;
}

export interface OutageTrackerOptions extends OutageOptions {
  /** Told at the first bad sample, with what is known then. */
  readonly onOutageStart?: (outage: Outage) => void;
  /** Told when it counts as recovered. Not told for an outage that is still open at the end. */
  readonly onOutageEnd?: (outage: Outage) => void;
}

/** Finds outages while the samples come in; memory does not grow with the samples. */
export interface OutageTracker {
  /** The next sample; samples must come in the order of their intended starts. */
  push(sample: Sample): void;
  addHealth(health: ProberHealth): void;
  /** What is known now; an outage that has not recovered is open. */
  report(): OutageReport;
}

const RECOVERED_AFTER = 3;
const LEAST_BLIND_AFTER_MS = 100;

/** An outage and the bad samples that may clear it of being an artefact of the prober's own stall. */
interface Found {
  readonly outage: Outage;
  readonly evidence: readonly BlindSpan[];
}

export function trackOutages(options: OutageTrackerOptions): OutageTracker {
  const recoveredAfter = options.recoveredAfter ?? RECOVERED_AFTER;
  const blindAfterMs = options.blindAfterMs ?? Math.max(LEAST_BLIND_AFTER_MS, options.everyMs);
  const typical = new TypicalLatency();
  const upBefore = new ProvenUp();
  const found: Found[] = [];
  let spans: BlindSpan[] = [];
  let open: OpenOutage | undefined;
  let previous: Sample | undefined;
  let lastGood: Sample | undefined;
  let good = 0;
  let bad = 0;
  let missed = 0;

  const noteGap = (sample: Sample): void => {
    if (previous === undefined) return;
    missed += Math.max(0, Math.round((sample.intended - previous.intended) / options.everyMs) - 1);
    if (sample.start - previous.start > options.everyMs + blindAfterMs) {
      spans.push({ start: previous.start, end: sample.start });
    }
  };
  const pushGood = (sample: Sample): void => {
    good += 1;
    upBefore.push(sample);
    lastGood = sample;
    if (open === undefined) {
      typical.learn(sample.end - sample.start);
      return;
    }
    if (!open.pushGood(sample, recoveredAfter)) return;
    const ended = describe(open, false);
    found.push(ended);
    open = undefined;
    if (options.onOutageEnd !== undefined) options.onOutageEnd(judgeBlindness(ended, mergeSpans(spans)));
  };
  const pushBad = (sample: Sample): void => {
    bad += 1;
    if (open !== undefined) {
      open.pushBad(sample, lastGood, recoveredAfter);
      return;
    }
    open = new OpenOutage(sample, lastGood, upBefore.since, { everyMs: options.everyMs, typicalMs: typical.ms });
    if (options.onOutageStart !== undefined) {
      options.onOutageStart(judgeBlindness(describe(open, true), mergeSpans(spans)));
    }
  };

  return {
    push(sample) {
      noteGap(sample);
      upBefore.advance(sample.start);
      if (sample.ok) pushGood(sample);
      else pushBad(sample);
      previous = sample;
    },
    addHealth({ from, to, delayMaxMs }) {
      if (delayMaxMs > blindAfterMs) spans.push({ start: from, end: to });
    },
    report() {
      spans = mergeSpans(spans);
      const all = open === undefined ? found : [...found, describe(open, true)];
      return { outages: all.map((each) => judgeBlindness(each, spans)), blindSpans: spans, good, bad, missed };
    },
  };
}

function describe(outage: OpenOutage, isOpen: boolean): Found {
  const start = outage.start();
  const end = isOpen ? between(outage.endLow, Infinity, Infinity) : outage.end();
  const described: Outage = {
    start,
    end,
    duration: elapsed(start, end),
    isOpen,
    isBlind: false,
    badSamples: outage.badSamples,
    goodSamples: outage.goodSamples,
    notes: [...outage.notes],
  };
  return { outage: described, evidence: outage.evidence };
}

function judgeBlindness({ outage, evidence }: Found, merged: readonly BlindSpan[]): Outage {
  return { ...outage, isBlind: evidence.every((stretch) => isMostlyBlind(stretch, merged)) };
}

/**
 * The latest instant at which the system is known to have been up before anything that starts from now on: the start of
 * the last good sample that had ended by then. One that is still in flight may have been served later.
 */
class ProvenUp {
  since: Millis = -Infinity;
  #inFlight: { readonly start: Millis; readonly end: Millis }[] = [];

  push({ start, end }: Sample): void {
    this.#inFlight.push({ start, end });
  }

  advance(now: Millis): void {
    if (this.#inFlight.length === 0) return;
    this.#inFlight = this.#inFlight.filter(({ start, end }) => {
      if (end > now) return true;
      this.since = Math.max(this.since, start);
      return false;
    });
  }
}
