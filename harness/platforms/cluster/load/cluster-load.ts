import type { ClusterConfig } from '../cluster-config.ts';
import { objectMaker } from '../own-requests.ts';
import type { SiteAttempt } from '../policy.ts';
import { untilStarted } from './await-start.ts';
import { testRunsIn, type LoadPlace } from './find-loads.ts';
import { loadName, testRunSchema } from './load-objects.ts';
import { hearRunners, type HeardRunner } from './hear-runners.ts';
import type { LoadKind } from './load-operation.ts';
import { removeLoad } from './remove-loads.ts';

/** Images may have to be pulled, and the operator looks every few seconds. In milliseconds. */
const START_WITHIN_MS = 300_000;

export interface ClusterLoadOptions extends LoadPlace {
  readonly config: ClusterConfig;
  readonly runId: string;
  /** The text of the k6 script. */
  readonly script: string;
  /** What is about to be done, with everything that was seen of the cluster just now. */
  readonly attempt: () => Promise<SiteAttempt>;
  /** Until it must have started, in milliseconds. */
  readonly startWithinMs?: number;
}

/** Load from pods of the cluster, by the k6 operator. Whoever makes it has written its undo down before. */
export interface ClusterLoad {
  readonly ratePerSecond: number;
  readonly runners: number;
  /**
   * Makes the load of a trial, and waits until all of its runners send. `now` is the run's own clock, in milliseconds.
   * @throws ChaosError `refused` where it may not be made, `platform` where it is not taken, `not-steady` where it does not start.
   */
  start(trial: number, context: LoadContext): Promise<void>;
  /** Ends it, and gives what each runner said; one that was not heard is among them. */
  end(context: LoadContext): Promise<readonly HeardRunner[]>;
  /** Something was asked for and not answered: it may be made yet. */
  isUnclear(): boolean;
  /** It was made and is not to be ended yet. */
  isOn(): boolean;
}

export interface LoadContext {
  readonly now: () => number;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

interface Made {
  readonly name: string;
  readonly uid: string;
  readonly scriptUid: string;
  readonly beforeStarted: number;
}

export function clusterLoad(options: ClusterLoadOptions): ClusterLoad {
  const { api, config, namespace, runId, script, attempt, startWithinMs = START_WITHIN_MS } = options;
  const { ratePerSecond = 0, runners = 0 } = config.load ?? {};
  const maker = objectMaker();
  let made: Made | undefined;

  const make = <Answer>(what: string, send: () => Promise<Answer>): Promise<Answer> =>
    maker.make({ message: `There is no load, and nothing was broken: the API server did not take the ${what}.` }, send);

  async function makeBoth(trial: number): Promise<Omit<Made, 'beforeStarted'>> {
    const permit = api.allowLoad(config, await attempt(), { runId, trial, script });
    try {
      const ofScript = await make('script (a ConfigMap)', () =>
        api.core.createNamespacedConfigMap({ namespace, body: permit.requests.script.body }),
      );
      const answer: unknown = await make('TestRun', () =>
        api.custom.createNamespacedCustomObject({ ...testRunsIn(namespace), body: permit.requests.testRun.body }),
      );
      return {
        name: loadName(runId, trial),
        uid: testRunSchema.parse(answer).metadata.uid,
        scriptUid: ofScript.metadata?.uid ?? '',
      };
    } finally {
      permit.close();
    }
  }

  return {
    ratePerSecond,
    runners,
    isUnclear: () => maker.isUnclear(),
    isOn: () => made !== undefined,
    async start(trial, { now, say, signal }) {
      const beforeAsked = now();
      const asked = { ...(await makeBoth(trial)), beforeStarted: beforeAsked };
      made = asked;
      say(
        `Made TestRun ${asked.name}; waiting until the k6 operator has started its ${runners === 1 ? 'runner' : `${runners} runners`}`,
      );
      made = {
        ...asked,
        beforeStarted: await untilStarted(options, asked.name, {
          beforeAsked,
          now,
          say,
          withinMs: startWithinMs,
          signal,
        }),
      };
    },
    async end({ now, signal }) {
      if (made === undefined) return [];
      const { name, uid, scriptUid, beforeStarted } = made;
      made = undefined;
      const { cluster } = await attempt();
      const remove = (kind: LoadKind, which: string): Promise<void> =>
        removeLoad({ api, config, cluster, signal }, { kind, name, uid: which });
      const heard = await hearRunners(options, {
        name,
        runners,
        beforeStarted,
        now,
        remove: () => remove('TestRun', uid),
        signal,
      });
      await remove('ConfigMap', scriptUid);
      return heard;
    },
  };
}
