import { systemClock } from '../../core/clock.ts';
import type { ProbeSpec, ProberHealth, Sample } from '../../core/probe.ts';
import { startProber, type RunningProber } from '../prober.ts';

/** A running prober and what it has told, for one test. */
export interface Watch extends AsyncDisposable {
  readonly prober: RunningProber;
  readonly samples: readonly Sample[];
  readonly health: readonly ProberHealth[];
  /** Resolves at the first batch after which the samples satisfy the condition. */
  until(condition: (samples: readonly Sample[]) => boolean): Promise<void>;
}

export async function watch(specs: readonly ProbeSpec[], signal?: AbortSignal): Promise<Watch> {
  const samples: Sample[] = [];
  const health: ProberHealth[] = [];
  const waiting = new Set<() => void>();
  const prober = await startProber({
    specs,
    clock: systemClock(),
    onSamples(batch) {
      samples.push(...batch);
      for (const look of waiting) look();
    },
    onHealth: (window) => health.push(window),
    ...(signal === undefined ? {} : { signal }),
  });
  return {
    prober,
    samples,
    health,
    until: (condition) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!condition(samples)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    [Symbol.asyncDispose]: () => prober.stop(),
  };
}
