import { once } from 'node:events';
import type { FaultTool, InstanceRemoval } from '../../core/machines.ts';
import type { Instance, KillEvidence, RunningStack } from '../../core/platform.ts';
import type { Member } from './existing-instance.ts';
import { followPods, type ExistingPods } from './existing-pods.ts';
import type { GuardedApi, WatchedApi } from './guarded-api.ts';
import { stackFromOutside } from './outside-stack.ts';
import { listReplicas, wantedReplicas } from './wanted-replicas.ts';

/** A component that runs, as a run needs to know it. */
export interface ExistingComponent extends Member {
  /** `Deployment/airbyte-worker`, or `StatefulSet/…`; undefined for job pods. */
  readonly workload: string | undefined;
  /** How many there are meant to be. */
  readonly wanted: number;
}

export interface ClusterStackOptions {
  readonly api: WatchedApi & Pick<GuardedApi, 'apps'>;
  readonly context: string;
  readonly namespace: string;
  readonly release: string;
  readonly components: readonly ExistingComponent[];
  /** Of the config API. */
  readonly apiUrl: URL;
  /** Versions and choices, for the record. */
  readonly details: Readonly<Record<string, string>>;
  /** How its instances can be hit: by one of the two. */
  readonly removal?: InstanceRemoval | undefined;
  readonly faultTool?: FaultTool | undefined;
  /** What the run itself made and that is still there, in words; undefined where it makes nothing. */
  readonly leftOvers?: (() => Promise<string[]>) | undefined;
  readonly signal: AbortSignal;
}

/**
 * An Airbyte that is there already, as a stack that can be looked at and of which instances can be taken away. Nothing else can be done to it, and it is
 * neither brought up nor taken down.
 * @throws ChaosError `platform` when the API server does not answer; what it answered when it refuses.
 */
export async function openClusterStack(options: ClusterStackOptions): Promise<RunningStack> {
  const { api, context, namespace, release, components, apiUrl } = options;
  const host = apiUrl.hostname;
  const pods = await followPods(api, { namespace, members: components, host, signal: options.signal });
  const atFirst = new Map(
    components.flatMap(({ workload, component, wanted }) =>
      workload === undefined ? [] : [[workload, { component, wanted }]],
    ),
  );
  const expected: Record<string, number> = {};
  for (const { component, workload, wanted } of components) {
    if (workload !== undefined && wanted > 0) expected[component] = (expected[component] ?? 0) + wanted;
  }
  return {
    ...stackFromOutside({ id: `${context}/${namespace}/${release}`, apiUrl, details: options.details }),
    expected,
    hints: [`kubectl --context ${context} get pods --namespace ${namespace}`],
    autoscalers: wantedReplicas({ list: () => listReplicas(api.apps, namespace), atFirst }),
    ...(options.removal === undefined ? {} : { removal: options.removal }),
    ...(options.faultTool === undefined ? {} : { faultTool: options.faultTool }),
    instances: async () => Promise.resolve(pods.all()),
    watch: (onChange, signal) => pods.follow(onChange, signal),
    onTrouble: (listener) => api.trouble.onChange(listener),
    confirmGone: (instance, report, signal) => confirmGone(pods, instance, report, signal),
    // A pod that was taken away is replaced by who made it: nothing of the harness is left in the cluster, but what it made in Airbyte.
    strayProcesses: options.leftOvers ?? (async () => Promise.resolve([])),
    release() {
      pods.stop();
      api.trouble.close();
    },
  };
}

/** A pod with grace stays in the API until its kubelet says that it has ended; one of the same name has another UID. */
async function confirmGone(
  pods: ExistingPods,
  { name, uid }: Instance,
  report: (evidence: KillEvidence) => void,
  signal: AbortSignal,
): Promise<void> {
  const isGone = (): boolean => !pods.all().some((one) => one.uid === uid);
  const done = new AbortController();
  const stop = pods.onChange(() => {
    if (isGone()) done.abort();
  });
  try {
    if (!isGone()) await once(AbortSignal.any([done.signal, signal]), 'abort');
  } finally {
    stop();
  }
  const text = isGone() ? `the kubelet told of the end of ${name} (UID ${uid})` : `${name} (UID ${uid}) is still there`;
  report({ kind: 'platform-saw-exit', holds: isGone(), text });
}
