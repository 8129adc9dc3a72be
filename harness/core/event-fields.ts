/** Fields that several events share. */
import { z } from 'zod';

export const ms = z.number();
export const range = z.tuple([z.int(), z.int()]);

/** When one observation was made: it began at `start` and its answer was complete at `end`. */
export const observed = { start: ms, end: ms };
/** The start of the previous observation that still showed the older state; the change lies in [previousStart, end]. */
export const changed = { ...observed, previousStart: ms };

export const componentState = z.enum(['pending', 'starting', 'running', 'exited', 'backoff', 'stopped']);
export const jobStatus = z.enum(['pending', 'queued', 'running', 'incomplete', 'failed', 'succeeded', 'cancelled']);
export const attemptStatus = z.enum(['running', 'failed', 'succeeded']);
/** The steps of a run, in order; `phase` events mark where each begins. */
export const runPhase = z.enum([
  'provision',
  'steady-state',
  'workload',
  'fault',
  'recovery',
  'verification',
  'teardown',
]);
