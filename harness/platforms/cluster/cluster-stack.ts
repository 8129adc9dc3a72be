import { once } from 'node:events';
import { ChaosError } from '../../core/errors.ts';
import type { InstanceRemoval } from '../../core/machines.ts';
import type { Instance, KillEvidence, RunningStack, ServiceName } from '../../core/platform.ts';
import type { Member } from './existing-instance.ts';
import { followPods, type ExistingPods } from './existing-pods.ts';
import type { GuardedApi, WatchedApi } from './guarded-api.ts';
import { wantedReplicas } from './wanted-replicas.ts';

/** A component that runs, as a run needs to know it. */
export interface ExistingComponent extends Member {
  /** `airbyte-worker`, the Deployment's or StatefulSet's; undefined for job pods. */
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
  readonly removal: InstanceRemoval;
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
    id: `${context}/${namespace}/${release}`,
    dir: '',
    details: options.details,
    expected,
    settings: {},
    tools: {},
    hints: [`kubectl --context ${context} get pods --namespace ${namespace}`],
    marker: {},
    credentials: { user: '', password: '' },
    autoscalers: wantedReplicas({ list: () => api.apps.listNamespacedDeployment({ namespace }), atFirst }),
    removal: options.removal,
    instances: async () => Promise.resolve(pods.all()),
    endpoint: (service) => endpointOf(service, apiUrl),
    watch: (onChange, signal) => pods.follow(onChange, signal),
    onTrouble: (listener) => api.trouble.onChange(listener),
    confirmGone: (instance, report, signal) => confirmGone(pods, instance, report, signal),
    signalInstance: cannot('send signals to processes'),
    processesOf: cannot('look at processes'),
    signalProcess: cannot('send signals to processes'),
    isStopped: cannot('look at processes'),
    holdInstance: cannot('keep instances from being restarted'),
    loseMachines: cannot('take machines away'),
    rollOut: cannot('replace instances'),
    usage: cannot('tell what it uses'),
    // A pod that was taken away is replaced by who made it: nothing of the harness is left in the cluster, but what it made in Airbyte.
    strayProcesses: options.leftOvers ?? (async () => Promise.resolve([])),
    release() {
      pods.stop();
      api.trouble.close();
    },
  };
}

function endpointOf(service: ServiceName, url: URL): { readonly host: string; readonly port: number } {
  if (service !== 'server') {
    throw new ChaosError({ code: 'config', message: `Where the ${service} of an existing Airbyte is, is not known.` });
  }
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  return { host: url.hostname, port };
}

function cannot(what: string): () => Promise<never> {
  return async () =>
    Promise.reject(new ChaosError({ code: 'config', message: `The harness does not ${what} in an existing cluster.` }));
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
