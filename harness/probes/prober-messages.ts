import type { ProbeSpec, ProberHealth } from '../core/probe.ts';
import type { SampleBatch } from './sample-batch.ts';

/** What the prober's thread is told. Probes go by number, so that a name can be used again after its removal. */
export type ToProber =
  | { readonly type: 'add'; readonly number: number; readonly spec: ProbeSpec }
  | { readonly type: 'remove'; readonly number: number }
  | { readonly type: 'stop' };

/** What the prober's thread tells. `ready` comes once, when the probes that it was started with are on schedule. */
export type FromProber =
  | { readonly type: 'ready' }
  | { readonly type: 'samples'; readonly batch: SampleBatch }
  | { readonly type: 'health'; readonly health: ProberHealth }
  /** Nothing of the probe is in flight any more, and all its samples were told. */
  | { readonly type: 'removed'; readonly number: number }
  | { readonly type: 'stopped' };

/** What the thread is started with. */
export interface ProberStart {
  readonly originNs: bigint;
  readonly probes: readonly { readonly number: number; readonly spec: ProbeSpec }[];
}
