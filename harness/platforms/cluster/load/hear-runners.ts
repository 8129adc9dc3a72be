import type { V1Pod } from '@kubernetes/client-node';
import { describeAnswer } from '../../kind/api-answers.ts';
import { askPatiently } from '../../kind/patient-api.ts';
import { logFollower, type FollowedLog } from '../follow-log.ts';
import type { LoadPlace } from './find-loads.ts';
import { LASTS_MINUTES, runnersOf } from './load-objects.ts';

/** A pod is given 30 s to end; k6 needs a few. In milliseconds. */
const END_WITHIN_MS = 60_000;
const CONTAINER = 'k6';

/** What there is of one runner. Times are of the run's own clock, in milliseconds. */
export interface HeardRunner {
  readonly runner: string;
  /** The end of its log; undefined where it could not be read to its end. */
  readonly log: string | undefined;
  /** Why not. */
  readonly problem?: string;
  /** Nobody had told the runners to start yet. */
  readonly beforeStarted: number;
  /** It still ran, and nothing had told it to end. */
  readonly stillRan: number | undefined;
  /** Its log had come to its end. */
  readonly heard: number;
}

interface Ending {
  readonly name: string;
  readonly runners: number;
  readonly beforeStarted: number;
  readonly now: () => number;
  /** Has the runners told to end. */
  readonly remove: () => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Opens the logs of all runners, has them told to end, and reads on until they have: k6 sums up when it is told to end, and its pod is gone soon after.
 * @throws ChaosError `platform` where its pods cannot be listed, and what `remove` throws.
 */
export async function hearRunners({ api, namespace }: LoadPlace, ending: Ending): Promise<readonly HeardRunner[]> {
  const { name, runners, beforeStarted, now, remove, signal } = ending;
  const lookedAt = now();
  const { items } = await askPatiently(
    api,
    () => api.core.listNamespacedPod({ namespace, labelSelector: runnersOf(name) }),
    { signal },
  );
  const until = AbortSignal.any([signal, AbortSignal.timeout(END_WITHIN_MS)]);
  const follow = await logFollower(api.config, namespace, until);
  const opened = await Promise.all(
    Array.from({ length: runners }, async (_, index) => {
      const runner = `${name}-${index + 1}`;
      const pod = items.find(({ metadata }) => metadata?.labels?.['job-name'] === runner);
      const stillRan =
        pod !== undefined && mayRun(pod) && lookedAt - beforeStarted < LASTS_MINUTES * 60_000 ? lookedAt : undefined;
      return { runner, stillRan, log: await open(pod) };
    }),
  );
  async function open(pod: V1Pod | undefined): Promise<FollowedLog | string> {
    if (pod === undefined) return 'its pod is not there any more';
    return follow(pod.metadata?.name ?? '', CONTAINER).catch(
      (error: unknown) => `its log could not be read (${describeAnswer(error)})`,
    );
  }

  await remove();
  return Promise.all(
    opened.map(async ({ runner, stillRan, log }): Promise<HeardRunner> => {
      const text = typeof log === 'string' ? undefined : await log.text.catch(() => undefined);
      const problem = typeof log === 'string' ? log : text === undefined ? 'its log broke off' : undefined;
      return {
        runner,
        log: text,
        ...(problem === undefined ? {} : { problem }),
        beforeStarted,
        stillRan,
        heard: now(),
      };
    }),
  );
}

/** Nobody has told it to end. */
function mayRun({ metadata, status }: V1Pod): boolean {
  return metadata?.deletionTimestamp === undefined && status?.phase === 'Running';
}
