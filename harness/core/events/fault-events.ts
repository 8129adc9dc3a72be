/** Faults, the evidence for them, their undo. */
import { z } from 'zod';
import { ms, observed } from '../event-fields.ts';

/** Which fault of the trial it is about, from 1; missing in records from before compound failures. */
const nth = z.int().positive().optional();
const target = z.object({
  component: z.string(),
  instance: z.string(),
  pid: z.int().optional(),
  incarnation: z.string().optional(),
  /** Of its pod, where there are pods. */
  uid: z.string().optional(),
  node: z.string().optional(),
  /** True where its data are on that machine, so that it waits for it. */
  tied: z.boolean().optional(),
  why: z.string(),
});
/** The machines that it hits as such, whatever runs on them. */
const machines = z.array(z.string()).optional();
export const faultPlanned = z.object({
  type: z.literal('fault.planned'),
  fault: z.string(),
  nth,
  description: z.string(),
  targets: z.array(target),
  machines,
  /** The undo actions, which are already on disk. */
  undo: z.array(z.string()),
});
export const faultInjected = z.object({
  type: z.literal('fault.injected'),
  fault: z.string(),
  nth,
  targets: z.array(target),
  machines,
  ...observed,
});
export const faultEvidence = z.object({
  type: z.literal('fault.evidence'),
  fault: z.string(),
  nth,
  /** What was looked at: `process-gone`, `supervisor-saw-exit`, `was-running-the-sync` … */
  kind: z.string(),
  holds: z.boolean(),
  text: z.string(),
  ...observed,
});
export const faultUndone = z.object({
  type: z.literal('fault.undone'),
  fault: z.string(),
  nth,
  succeeded: z.boolean(),
  text: z.string(),
  /** When the undo began and was done; records of before these fields have only the time of the event. */
  start: ms.optional(),
  end: ms.optional(),
  /** Only of what was undone too late: by how much, in milliseconds, and when the last look began that still showed it as it was. */
  lateMs: z.number().optional(),
  lastThere: ms.optional(),
});
