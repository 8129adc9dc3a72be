import { setTimeout as elapse } from 'node:timers/promises';
import type { Platform } from '../../harness/core/platform.ts';
import { attach, type Attachment } from './attachments.ts';
import type { ClusterMeter } from './cluster-meter.ts';
import { ratesBetween, type ClusterRates } from './cluster-rates.ts';
import type { RequestCount } from './own-requests.ts';

/** What one window showed. */
export interface Window extends ClusterRates {
  /** Requests that the harness sent to the API server, per second, as counted in its own process. */
  readonly ownRequestsPerSecond: number;
  /** Those that it sent before the window, to attach. */
  readonly requestsToAttach: number;
  /** CPU seconds of the harness per second: beside the cluster, not in it. */
  readonly ownCores: number;
  readonly samplesPerSecond: number;
  readonly badSamples: number;
}

export interface WindowOptions {
  readonly platform: Pick<Platform, 'findRunning'>;
  readonly meter: ClusterMeter;
  readonly requests: RequestCount;
  /** Between attaching or detaching and the window, and the length of the window. */
  readonly settleMs: number;
  readonly windowMs: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

const NO_SAMPLES = { all: 0, bad: 0 };

/** A window without the harness: no stack is open, nothing is watched or probed. */
export async function measureAway(options: WindowOptions): Promise<Window> {
  const { settleMs, signal } = options;
  await elapse(settleMs, undefined, { signal });
  return measure(options, options.requests.sent(), () => NO_SAMPLES);
}

/** A window with the harness. @throws Error when it was not really attached. */
export async function measureAttached(options: WindowOptions, attachment: Attachment, trial: number): Promise<Window> {
  const { platform, requests, seed, signal, settleMs } = options;
  const sentBefore = requests.sent();
  await using attached = await attach(platform, { attachment, trial, seed, signal });
  const settled = elapse(settleMs, undefined, { signal });
  const measured = settled.then(() => measure(options, sentBefore, () => attached.samples()));
  const window = await Promise.race([measured, attached.failure]);
  attached.requireEvidence();
  // Whoever is attached has at least listed what it watches.
  if (window.requestsToAttach === 0) throw new Error('The requests of the harness were not counted.');
  return window;
}

async function measure(
  { meter, requests, windowMs, signal }: WindowOptions,
  sentBefore: number,
  samples: () => { readonly all: number; readonly bad: number },
): Promise<Window> {
  const before = await meter.begin();
  const from = { atMs: performance.now(), sent: requests.sent(), cpu: process.cpuUsage(), samples: samples() };
  await elapse(windowMs, undefined, { signal });
  const seconds = (performance.now() - from.atMs) / 1000;
  const sent = requests.sent() - from.sent;
  const { user, system } = process.cpuUsage(from.cpu);
  const { all, bad } = samples();
  return {
    ...ratesBetween(before, await meter.end()),
    ownRequestsPerSecond: sent / seconds,
    requestsToAttach: from.sent - sentBefore,
    ownCores: (user + system) / 1e6 / seconds,
    samplesPerSecond: (all - from.samples.all) / seconds,
    badSamples: bad - from.samples.bad,
  };
}
