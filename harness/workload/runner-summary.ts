import { z } from 'zod';
import { between, type Bounds } from '../core/bounds.ts';

const MARK = 'chaos-load-summary ';

const summarySchema = z.object({
  version: z.literal(1),
  /** Milliseconds since 1970, on the runner's own clock, as everything here. */
  endedAtMs: z.number(),
  slotMs: z.number().positive(),
  slotCount: z.int().positive(),
  requests: z.int(),
  failed: z.int(),
  dropped: z.int(),
  /** Status code (0: no answer) and how often. */
  statuses: z.array(z.tuple([z.int(), z.int()])),
  /** Number, requests, failed, median, 95th percentile and longest in milliseconds. */
  slots: z.array(z.tuple([z.int(), z.int(), z.int(), z.number(), z.number(), z.number()])),
});

/** What one k6 said of all its requests when it ended (`fixtures/load/api.ts`, `SUMMARY=log`). */
export type RunnerSummary = z.infer<typeof summarySchema>;

/** What the harness knows of when a runner did what, in milliseconds of the run's own clock. */
export interface RunnerTimes {
  /** Nobody had told the runners to start yet. */
  readonly beforeStarted: number;
  /** It still ran, and nothing had told it to end; undefined where that is not known. */
  readonly stillRan: number | undefined;
  /** The end of its log was here. */
  readonly heard: number;
}

/** The last summary in a log; in words what is wrong with it, or that there is none. */
export function readSummary(log: string): RunnerSummary | string {
  const line = log.split('\n').findLast((one) => one.startsWith(MARK));
  if (line === undefined) return `it ended without a summary${lastWords(log)}`;
  const parsed = summarySchema.safeParse(parseJson(line.slice(MARK.length)));
  if (!parsed.success) return 'its summary is torn';
  const { requests, failed, slots } = parsed.data;
  const inSlots = (pick: 1 | 2): number => slots.reduce((sum, slot) => sum + slot[pick], 0);
  return inSlots(1) === requests && inSlots(2) === failed ? parsed.data : 'its summary does not add up';
}

/**
 * How far the runner's clock is ahead of the run's: what a runner did after something of ours, and what we heard of it after it was done, bound it from both sides. Undefined where no
 * offset fits: its clock was set meanwhile, and its times mean nothing.
 */
export function clockOffset(
  summary: RunnerSummary,
  { beforeStarted, stillRan, heard }: RunnerTimes,
): Bounds | undefined {
  const low = summary.endedAtMs - heard;
  const [first = summary.endedAtMs] = absoluteSlots(summary).map(({ to }) => to);
  const high = Math.min(first - beforeStarted, summary.endedAtMs - (stillRan ?? beforeStarted));
  return low > high ? undefined : between(low, high, (low + high) / 2);
}

export interface Slot {
  /** On the runner's clock. */
  readonly from: number;
  readonly to: number;
  readonly requests: number;
  readonly failed: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

/** Its slots in order, with their times: of the moments with such a number the last one before its end. */
export function absoluteSlots({ slots, slotMs, slotCount, endedAtMs }: RunnerSummary): readonly Slot[] {
  const last = Math.floor(endedAtMs / slotMs);
  return slots
    .map(([number, requests, failed, p50Ms, p95Ms, maxMs]) => {
      const from = (last - ((((last - number) % slotCount) + slotCount) % slotCount)) * slotMs;
      return { from, to: from + slotMs, requests, failed, p50Ms, p95Ms, maxMs };
    })
    .toSorted((one, other) => one.from - other.from);
}

/** Of a program that died, its last line says most. */
function lastWords(log: string): string {
  const last = log.trimEnd().split('\n').at(-1)?.trim() ?? '';
  return last === '' ? ' and without a word' : `; its last words: ${last.slice(-200)}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
