/** An Airbyte on a real API server whose pods come back, for tests of runs on it; its own API is whatever they name. */
import pWaitFor from 'p-wait-for';
import { connectKubernetes } from '../../../platforms/kind/kubernetes-api.ts';
import { RELEASE_LABEL } from '../../../platforms/cluster/policy.ts';
import { standInKubelet } from '../../../platforms/cluster/testing/stand-in-kubelet.ts';
import { airbyteObjects, manifestOf, rawPod } from '../../../profiles/testing/airbyte-objects.ts';
import { discoverPlace, type DiscoverPlace } from '../../testing/discover-place.ts';
import type { Workplace } from '../../testing/run-chaos.ts';

export const NAMESPACE = 'airbyte';

export interface Allowed {
  readonly api: URL;
  readonly scenarios: string;
  readonly components: string;
}

export interface ExistingPlace extends DiscoverPlace {
  /** Path of a kubeconfig for stand-ins: what they change is not the run's doing. */
  readonly ofKubelet: string;
  /** Pods of a component that are ready. */
  ready(name: string): Promise<number>;
  /** Writes a configuration with `init`. */
  allow(work: Workplace, allowed: Allowed): Promise<void>;
  /** The pod of an attempt of a sync, until it runs. */
  runJobPod(of: { readonly jobId: string; readonly connectionId: string }): Promise<void>;
  /** What the run's user changed, by the API server's own log, from the given request on. */
  changes(since?: number): readonly string[];
  stop(): Promise<void>;
}

export async function existingPlace(): Promise<ExistingPlace> {
  const place = await discoverPlace({
    controllers: ['deployment-controller', 'replicaset-controller', 'statefulset-controller'],
  });
  const twoWorkers = airbyteObjects({
    change: (component, raw) => (component === 'worker' ? { ...raw, replicas: 2 } : raw),
  });
  await place.fill(NAMESPACE, manifestOf(twoWorkers));
  await place.kubectl(['create', 'serviceaccount', 'kubelet', '--namespace', NAMESPACE]);
  const role = ['--clusterrole=cluster-admin', `--serviceaccount=${NAMESPACE}:kubelet`];
  await place.kubectl(['create', 'clusterrolebinding', 'kubelet', ...role]);
  const token = await place.kubectl(['create', 'token', 'kubelet', '--namespace', NAMESPACE]);
  const ofKubelet = place.server.kubeconfigFor(token);
  const kubelet = standInKubelet((await connectKubernetes(ofKubelet)).core, NAMESPACE, 500);

  async function ready(name: string): Promise<number> {
    const query = '{range .items[*]}{.status.conditions[?(@.type=="Ready")].status}{"\\n"}{end}';
    const which = ['-n', NAMESPACE, '-l', `app.kubernetes.io/name=${name}`, '-o', `jsonpath=${query}`];
    const text = await place.kubectl(['get', 'pods', ...which]);
    return text.split('\n').filter((line) => line === 'True').length;
  }
  await pWaitFor(async () => (await ready('worker')) === 2, { interval: 200, timeout: 60_000 });
  return {
    ...place,
    ofKubelet,
    ready,
    async allow(work, { api, scenarios, components }) {
      const where = ['--kubeconfig', place.server.kubeconfig, '--namespace', NAMESPACE, '--api', api.href];
      const what = ['--allow', scenarios, '--components', components];
      const { exitCode, stderr } = await place.chaos(work.dir, 'init', ...where, ...what);
      if (exitCode !== 0) throw new Error(stderr);
    },
    async runJobPod({ jobId, connectionId }) {
      const name = `replication-job-${jobId}-attempt-0`;
      const own = { airbyte: 'job-pod', job_id: jobId, attempt_id: '0', connection_id: connectionId };
      const pod = { ...rawPod(name, { ...own, [RELEASE_LABEL]: 'airbyte' }), apiVersion: 'v1' };
      await place.kubectl(['apply', '-n', NAMESPACE, '-f', '-'], JSON.stringify({ ...pod, status: undefined }));
      const phase = ['get', 'pod', name, '-n', NAMESPACE, '-o', 'jsonpath={.status.phase}'];
      await pWaitFor(async () => (await place.kubectl(phase)) === 'Running', { interval: 100, timeout: 30_000 });
    },
    changes: (since = 0) =>
      place.server
        .requests()
        .slice(since)
        .filter(({ user, userAgent }) => user === 'administrator' && !userAgent.startsWith('kube-'))
        .filter(({ verb, resource }) => !['get', 'list', 'watch'].includes(verb) && !resource.startsWith('selfsubject'))
        .map(({ verb, uri }) => `${verb} ${uri}`),
    async stop() {
      await kubelet.stop();
      await place.server.stop();
    },
  };
}
