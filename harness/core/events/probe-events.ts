/** What probes, load and ledgers of writes saw. */
import { z } from 'zod';
import { ms, observed, range } from '../event-fields.ts';

export const sample = z.object({
  type: z.literal('sample'),
  probe: z.string(),
  /** When the open-loop schedule wanted the sample to start. */
  intended: ms,
  ...observed,
  ok: z.boolean(),
  /** What was answered, when it is not simply good: `503`, `ECONNREFUSED`, `timeout after 1000 ms`. */
  note: z.string().optional(),
  /** True when no answer came within the time-out: the sample tells about when it was sent, not when it was given up. */
  hung: z.boolean().optional(),
  /** For a probe that writes: the write of the ledger named like the probe. */
  write: z.object({ seq: z.int(), outcome: z.enum(['acknowledged', 'failed', 'indeterminate']) }).optional(),
});
export const probeDefined = z.object({
  type: z.literal('probe.defined'),
  probe: z.string(),
  kind: z.string(),
  target: z.string(),
  everyMs: ms,
  timeoutMs: ms,
});
/** The prober's own health over a window: its event-loop delay, so that its stall is never read as an outage. */
export const proberHealth = z.object({
  type: z.literal('prober'),
  from: ms,
  to: ms,
  delayP99Ms: ms,
  delayMaxMs: ms,
  samples: z.int(),
});
/** Load results of a short span, from k6: a second where it ran beside the harness. */
export const load = z.object({
  type: z.literal('load'),
  from: ms,
  to: ms,
  requests: z.int(),
  failed: z.int(),
  p50Ms: ms,
  p95Ms: ms,
  maxMs: ms,
  /** How far `from` and `to` may be off, where the clocks of other machines told them. Never used for a recovery. */
  uncertainMs: ms.optional(),
});
/** What one runner of the load on other machines said at its end; without `counts` nothing is known of its requests, and `problem` says why. */
export const loadRunner = z.object({
  type: z.literal('load.runner'),
  runner: z.string(),
  counts: z
    .object({
      requests: z.int(),
      failed: z.int(),
      dropped: z.int(),
      /** Status code (0: no answer) and how often: the most usual bad ones. */
      statuses: z.array(z.tuple([z.int(), z.int()])),
    })
    .optional(),
  /** By how much its clock is ahead of the wall clock here; absent where that could not be told. */
  clockAhead: z.object({ lowMs: ms, highMs: ms }).optional(),
  problem: z.string().optional(),
});
export const loadSummary = z.object({
  type: z.literal('load.summary'),
  requests: z.int(),
  failed: z.int(),
  dropped: z.int(),
  exitCode: z.int(),
  note: z.string().optional(),
});
export const ledgerFrozen = z.object({
  type: z.literal('ledger.frozen'),
  ledger: z.string(),
  acknowledged: z.int(),
  failed: z.int(),
  indeterminate: z.int(),
});
export const ledgerRead = z.object({
  type: z.literal('ledger.read'),
  ledger: z.string(),
  present: z.array(range),
  repeated: z.array(z.object({ range, times: z.int() })),
  ...observed,
});
