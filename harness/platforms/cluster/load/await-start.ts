/** From a TestRun that is made to one whose runners send. */
import { setTimeout as pause } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import { ChaosError } from '../../../core/errors.ts';
import { describeAnswer } from '../../kind/api-answers.ts';
import { askPatiently } from '../../kind/patient-api.ts';
import { testRunsIn, type LoadPlace } from './find-loads.ts';
import { podsOfLoad, testRunSchema } from './load-objects.ts';

/** Between two looks, in milliseconds. */
const EVERY_MS = 500;
const ENDS: ReadonlySet<string> = new Set(['error', 'stopped', 'finished']);

export interface Starting {
  /** On the run's own clock, in milliseconds. */
  readonly beforeAsked: number;
  readonly now: () => number;
  readonly say: (text: string) => void;
  readonly withinMs: number;
  readonly signal: AbortSignal;
}

/**
 * Until the operator calls it started and the pod that starts the runners has done so. Returns when the last look began at which there was no such pod: before that, on the run's
 * own clock, no runner has sent anything.
 * @throws ChaosError `not-steady` as soon as it cannot start any more; `platform` where it cannot be followed.
 */
export async function untilStarted(
  place: LoadPlace,
  name: string,
  { beforeAsked, now, say, withinMs, signal }: Starting,
): Promise<number> {
  const startedAt = performance.now();
  const told = new Set<string>();
  let withoutStarter = beforeAsked;
  for (;;) {
    const lookedAt = now();
    const { stage, pods } = await look(place, name, signal);
    const starter = pods.find((pod) => pod.metadata?.name?.startsWith(`${name}-starter-`));
    if (starter === undefined) withoutStarter = lookedAt;
    const afterMs = performance.now() - startedAt;
    if (ENDS.has(stage) || pods.some(isOver)) throw notStarted(name, stage, pods, afterMs);
    if (stage === 'started' && starter?.status?.phase === 'Succeeded') return withoutStarter;
    if (afterMs > withinMs) throw notStarted(name, stage, pods, afterMs);
    for (const pod of pods.filter(isHeldUp)) {
      const text = stateOf(pod);
      if (!told.has(text)) say(`The load waits: ${text}`);
      told.add(text);
    }
    await pause(EVERY_MS, undefined, { signal });
  }
}

async function look({ api, namespace }: LoadPlace, name: string, signal: AbortSignal) {
  const labelSelector = podsOfLoad(name);
  const read = (): Promise<unknown> => api.custom.getNamespacedCustomObject({ ...testRunsIn(namespace), name });
  const list = () => api.core.listNamespacedPod({ namespace, labelSelector });
  try {
    const { status } = testRunSchema.parse(await askPatiently(api, read, { signal }));
    return { stage: status.stage, pods: (await askPatiently(api, list, { signal })).items };
  } catch (error) {
    signal.throwIfAborted();
    throw new ChaosError({
      code: 'platform',
      message: `Nothing was broken, because TestRun ${name} could not be followed until its load had started.`,
      lastState: describeAnswer(error),
      cause: error,
    });
  }
}

function isRunner({ metadata }: V1Pod): boolean {
  return metadata?.labels?.['runner'] === 'true';
}

/** None of these pods is started again: neither their jobs nor the operator try twice. */
function isOver(pod: V1Pod): boolean {
  const phase = pod.status?.phase;
  return phase === 'Failed' || (isRunner(pod) && phase === 'Succeeded');
}

/** It may come to be, as an image that is pulled in the end, and people should know what it waits for. */
function isHeldUp({ status }: V1Pod): boolean {
  const reason = status?.containerStatuses?.[0]?.state?.waiting?.reason;
  return (
    unplaced(status) !== undefined ||
    (reason !== undefined && reason !== 'ContainerCreating' && reason !== 'PodInitializing')
  );
}

/** Why no node has been found for a pod. */
function unplaced(status: V1Pod['status']) {
  return status?.conditions?.find(({ type, status: is }) => type === 'PodScheduled' && is === 'False');
}

function notStarted(name: string, stage: string, pods: readonly V1Pod[], afterMs: number): ChaosError {
  return new ChaosError({
    code: 'not-steady',
    message: `Nothing was broken, because the load did not start (TestRun ${name}).`,
    afterMs,
    lastState: `${stage === '' ? 'no stage, so perhaps no k6 operator runs' : `stage ${stage}`}; ${pods.map(stateOf).join(', ') || 'no pods'}`,
    tryThis: 'The log of the k6 operator says why; of its initializer pod, what is wrong with the script or the image.',
  });
}

/** `load-1-initializer-x1x1x Pending (ImagePullBackOff: Back-off pulling image "…")` */
export function stateOf({ metadata, status }: Pick<V1Pod, 'metadata' | 'status'>): string {
  const { waiting, terminated } = status?.containerStatuses?.[0]?.state ?? {};
  const why = waiting ?? terminated ?? unplaced(status);
  const said = [why?.reason, why?.message].filter((one) => one !== undefined && one !== '').join(': ');
  return `${metadata?.name ?? ''} ${status?.phase ?? ''}${said === '' ? '' : ` (${said})`}`;
}
