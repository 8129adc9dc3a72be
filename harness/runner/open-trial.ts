import type { Clock } from '../core/clock.ts';
import { ChaosError, describeError } from '../core/errors.ts';
import type { Objective, RetryPolicy } from '../core/events.ts';
import { History } from '../core/history.ts';
import type { Instance, RunningStack } from '../core/platform.ts';
import type { ProbeSpec } from '../core/probe.ts';
import type { Random } from '../core/random.ts';
import type { TrialContext } from '../core/scenario.ts';
import { startProber } from '../probes/prober.ts';
import { awaitCondition } from './await-condition.ts';
import { CleanUps } from './clean-ups.ts';
import type { RunRecorder } from './run-recorder.ts';

export interface TrialSetting {
  readonly trial: number;
  readonly stack: RunningStack;
  readonly clock: Clock;
  readonly random: Random;
  readonly record: RunRecorder;
  readonly objective: Objective;
  readonly retryPolicy: RetryPolicy;
  readonly signal: AbortSignal;
  /** Undoes what was broken; does nothing where that is done already. */
  readonly healFaults: (signal: AbortSignal, lateMs?: number) => Promise<void>;
}

/** A trial whose probes and watchers run. */
export interface OpenTrial {
  readonly context: TrialContext;
  /** Rejects when something beside the trial failed; never resolves. */
  readonly backgroundFailure: Promise<never>;
  /** Ends what writes to the record and waits for its last events. */
  finishRecord(): Promise<void>;
  /** Ends everything and puts it away; says what could not be. */
  close(): Promise<string[]>;
}

/** Starts the prober, the component watch and the history of one trial. */
export async function openTrial(setting: TrialSetting, probes: readonly ProbeSpec[]): Promise<OpenTrial> {
  const { trial, stack, clock, record, signal: runSignal } = setting;
  const recorder = record.forTrial(trial);
  const history = new History(trial, record.events);
  const stopHistory = record.onEvent((event) => history.add(event));
  const beside = new AbortController();
  const signal = AbortSignal.any([runSignal, beside.signal]);
  const cleanUps = new CleanUps();
  const lastEntries: (() => Promise<void>)[] = [];
  const work: Promise<unknown>[] = [];
  let failBeside: (error: unknown) => void = () => undefined;
  const backgroundFailure = new Promise<never>((_resolve, reject) => (failBeside = reject));
  backgroundFailure.catch(() => undefined);

  const background: TrialContext['background'] = (name, task) => {
    work.push(
      task(signal).catch((error: unknown) => {
        if (signal.aborted) return;
        failBeside(
          new ChaosError({ code: 'internal', message: `${name} ended early: ${describeError(error)}.`, cause: error }),
        );
      }),
    );
  };

  background('the watch of the components', (watchSignal) =>
    stack.watch((instance) => {
      // A one-shot job that is done is no missing capacity.
      if (instance.isExpected) recorder.append(describeInstance(instance));
    }, watchSignal),
  );
  const stopTrouble = stack.onTrouble?.(({ isOver, text }) =>
    recorder.append({ type: 'note', level: isOver ? 'info' : 'warning', text }),
  );
  if (stack.autoscalers !== undefined) {
    const { autoscalers } = stack;
    background('the watch of the autoscalers', (watchSignal) =>
      autoscalers.watch(({ changedWithinMs, ...autoscaler }) => {
        const since = changedWithinMs === undefined ? {} : { previousStart: clock.now() - changedWithinMs };
        recorder.append({ type: 'autoscaler', ...autoscaler, ...since });
      }, watchSignal),
    );
  }
  const prober = await startProber({
    specs: [],
    clock,
    onSamples(samples) {
      for (const sample of samples) recorder.append({ type: 'sample', ...sample });
    },
    onHealth: (health) => recorder.append({ type: 'prober', ...health }),
  });
  const addProbe = (spec: ProbeSpec): void => {
    const { name, kind, everyMs, timeoutMs } = spec;
    recorder.append({ type: 'probe.defined', probe: name, kind, target: describeTarget(spec), everyMs, timeoutMs });
    prober.add(spec);
  };
  for (const probe of probes) addProbe(probe);

  const context: TrialContext = {
    ...setting,
    record: recorder,
    history,
    addProbe,
    removeProbe: (name) => prober.remove(name),
    waitFor: (wait) =>
      Promise.race([awaitCondition({ wait, clock, history, record: recorder, signal: runSignal }), backgroundFailure]),
    healFaults: (lateMs) => setting.healFaults(runSignal, lateMs),
    afterTrial: (name, cleanUp, budgetMs) => cleanUps.add(name, cleanUp, budgetMs),
    beforeJudging: (_name, entry) => void lastEntries.push(entry),
    background,
  };
  let isFinished = false;
  async function finishRecord(): Promise<void> {
    if (isFinished) return;
    isFinished = true;
    for (const entry of lastEntries.splice(0)) await entry().catch((error: unknown) => noteProblem(error));
    beside.abort();
    stopTrouble?.();
    await Promise.allSettled(work);
    await prober.stop();
  }
  function noteProblem(error: unknown): void {
    recorder.append({ type: 'note', level: 'warning', text: describeError(error) });
  }
  async function close(): Promise<string[]> {
    await finishRecord();
    const problems = await cleanUps.runAll();
    stopHistory();
    return problems;
  }
  return { context, backgroundFailure, finishRecord, close };
}

function describeInstance(instance: Instance): Parameters<TrialContext['record']['append']>[0] {
  const { component, name, state, ready, restarts, pid, incarnation, uid, removal, isInService, node, detail } =
    instance;
  return {
    type: 'component',
    component,
    instance: name,
    state,
    ready,
    restarts,
    ...(pid === undefined ? {} : { pid }),
    ...(incarnation === undefined ? {} : { incarnation }),
    ...(uid === undefined ? {} : { uid }),
    ...(removal === undefined ? {} : { removal }),
    ...(isInService === undefined ? {} : { inService: isInService }),
    ...(node === undefined ? {} : { node }),
    ...(detail === undefined ? {} : { detail }),
  };
}

/** What a probe looks at, without its password. */
function describeTarget(spec: ProbeSpec): string {
  switch (spec.kind) {
    case 'http':
    case 'http-write':
      return spec.url;
    case 'tcp':
      return `${spec.host}:${spec.port}`;
    case 'sql-write': {
      const url = new URL(spec.url);
      return `${url.host}${url.pathname} table ${spec.table}`;
    }
    default:
      return spec satisfies never;
  }
}
