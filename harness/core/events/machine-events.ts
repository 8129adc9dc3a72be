/** Machines of a stack, and what the platform says to changes of them. */
import { z } from 'zod';
import { ms, observed } from '../event-fields.ts';

export const machine = z.object({
  type: z.literal('machine'),
  machine: z.string(),
  zone: z.string().optional(),
  role: z.enum(['control-plane', 'worker']),
  up: z.boolean(),
  /** Missing while the platform could not be asked. */
  ready: z.boolean().optional(),
  schedulable: z.boolean().optional(),
});
export const autoscaler = z.object({
  type: z.literal('autoscaler'),
  component: z.string(),
  current: z.int(),
  desired: z.int(),
  minimum: z.int(),
  maximum: z.int(),
  /** In percent of what each instance asked for. */
  utilization: z.number().optional(),
  target: z.number().optional(),
  /** Start of the last look that still showed what was wanted before. Only where it is read from the workload itself: by whom it was changed is not known then. */
  previousStart: ms.optional(),
});
export const eviction = z.object({
  type: z.literal('eviction'),
  component: z.string(),
  instance: z.string(),
  accepted: z.boolean(),
  /** In the platform's own words. */
  text: z.string(),
  ...observed,
});
