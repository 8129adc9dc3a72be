import { Worker } from 'node:worker_threads';
import type { Clock, Millis } from '../core/clock.ts';
import { ChaosError, describeError } from '../core/errors.ts';
import type { ProbeSpec, ProberHealth, Sample } from '../core/probe.ts';
import type { FromProber, ProberStart, ToProber } from './prober-messages.ts';
import { readBatch } from './sample-batch.ts';
import { checkProbe } from './probe-spec.ts';

export interface ProberOptions {
  readonly specs: readonly ProbeSpec[];
  /** All times of samples and of the prober's health are on this clock. */
  readonly clock: Clock;
  /**
   * Told about samples as they end, ten times a second, also when there are none. Every sample that was intended before
   * `settledUntil` is in this batch or an earlier one: up to there the samples can be put in order.
   */
  readonly onSamples: (batch: readonly Sample[], settledUntil: Millis) => void;
  /** Told each second, and for each stall of 50 ms or more from its beginning to its end. */
  readonly onHealth: (health: ProberHealth) => void;
  /** Aborting stops the prober as `stop` does. */
  readonly signal?: AbortSignal;
}

export interface RunningProber {
  /**
   * Starts another probe.
   * @throws ChaosError `config` when the spec cannot be probed or its name is taken.
   */
  add(spec: ProbeSpec): void;
  /**
   * Starts no more samples of the probe and resolves when those in flight have ended (at their time-out at the latest)
   * and were handed over: from then on its record, and the ledger of a probe that writes, is complete. The name is free
   * again at once; unknown names are ignored.
   */
  remove(name: string): Promise<void>;
  /** Starts nothing more, waits for what is in flight (up to its time-out) and resolves when all was handed over. */
  stop(): Promise<void>;
  /** Resolves when the prober has stopped; rejects with a ChaosError `internal` when its thread died. */
  readonly finished: Promise<void>;
}

const THREAD_FILE = new URL('./prober-thread.ts', import.meta.url);

/**
 * Starts the open-loop prober in a thread of its own.
 *
 * Each probe has a fixed series of intended starts; samples overlap where they must, so that a hanging one delays no
 * other. A tick that is served late shows it in `start − intended`. A tick that is a whole period late is not made up
 * for (see {@link Schedule}): it is missed, and a hole in the series of `intended` says so. A sample that
 * could not be made for want of descriptors or ports on our own side is such a hole too.
 * @throws ChaosError `config` for a spec that cannot be probed, `internal` when the thread cannot be started.
 */
export async function startProber(options: ProberOptions): Promise<RunningProber> {
  const numbers = new Map<string, number>();
  const names: string[] = [];
  const numberFor = (spec: ProbeSpec): number => {
    checkProbe(spec);
    if (numbers.has(spec.name)) {
      throw new ChaosError({ code: 'config', message: `Two probes are named "${spec.name}".` });
    }
    numbers.set(spec.name, names.length);
    return names.push(spec.name) - 1;
  };
  const probes = options.specs.map((spec) => ({ number: numberFor(spec), spec }));
  options.signal?.throwIfAborted();

  const start: ProberStart = { originNs: options.clock.originNs, probes };
  const worker = new Worker(THREAD_FILE, { workerData: start, name: 'prober' });
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
  const send = (message: ToProber): void => worker.postMessage(message);
  const ready = Promise.withResolvers<void>();
  const finished = Promise.withResolvers<void>();
  finished.promise.catch(() => {}); // whoever never asks must not be killed by it
  const removals = new Map<number, () => void>();
  let isStopped = false;

  const died = (cause: unknown): void => {
    const error = new ChaosError({
      code: 'internal',
      message: 'The prober died, so nothing is known about the system from here on.',
      lastState: describeError(cause),
      cause,
    });
    ready.reject(error);
    finished.reject(error);
  };
  worker.on('message', (message: FromProber) => {
    switch (message.type) {
      case 'ready':
        ready.resolve();
        break;
      case 'samples':
        options.onSamples(
          readBatch(message.batch, (number) => names[number] ?? ''),
          message.batch.settledUntil,
        );
        break;
      case 'health':
        options.onHealth(message.health);
        break;
      case 'removed':
        removals.get(message.number)?.();
        removals.delete(message.number);
        break;
      case 'stopped':
        isStopped = true;
        break;
      default:
        message satisfies never;
    }
  });
  worker.on('error', died);
  worker.on('exit', (code) => {
    options.signal?.removeEventListener('abort', onAbort);
    if (isStopped) finished.resolve();
    else died(new Error(`its thread ended with exit code ${code}`));
  });

  let stopping: Promise<void> | undefined;
  function stop(): Promise<void> {
    if (stopping === undefined) {
      stopping = finished.promise;
      send({ type: 'stop' });
    }
    return stopping;
  }
  function onAbort(): void {
    void stop().catch(() => {}); // told through `finished`
  }
  options.signal?.addEventListener('abort', onAbort, { once: true });
  await ready.promise;
  return {
    add: (spec) => send({ type: 'add', number: numberFor(spec), spec }),
    async remove(name) {
      const number = numbers.get(name);
      if (number === undefined) return;
      numbers.delete(name);
      const removed = new Promise<void>((resolve) => removals.set(number, resolve));
      send({ type: 'remove', number });
      await Promise.race([removed, finished.promise]);
    },
    stop,
    finished: finished.promise,
  };
}
