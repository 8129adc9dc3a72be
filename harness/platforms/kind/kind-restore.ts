import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pWaitFor from 'p-wait-for';
import { z } from 'zod';
import { ChaosError, describeError } from '../../core/errors.ts';
import type { RestoreReport, RestoreTarget } from '../../core/site.ts';
import { stackDirectoryOf } from './cluster-record.ts';
import type { SiteCluster } from './current-site.ts';
import { applyStage, deployStages, kubectlOn, type DeployOptions } from './deploy-stack.ts';
import type { KubernetesApi } from './kubernetes-api.ts';
import { askPatiently } from './patient-api.ts';
import { readRestore, type RestoreLog } from './restore-log.ts';
import { firstNodeOnly, restoreChanges, stackChanges } from './stack-changes.ts';
import { STAGES } from './stack-stages.ts';

const NAMESPACE = 'database';
const SCOPE = 'airbyte-postgres-ha';
const FIRST_NODE = 'patroni-0';
/** What is there of an earlier attempt to restore the database. Volumes go only after the pods that use them. */
const LEFT_OVERS = [
  'statefulset/patroni',
  'job/restore',
  'job/databases',
  'configmap/patroni-restore',
  ...['0', '1', '2'].map((member) => `persistentvolumeclaim/data-patroni-${member}`),
];
/** Where Patroni keeps its state, in annotations; a member that is being ended would make it anew. */
const STATE = [
  ...['', '-config'].map((suffix) => `service/${SCOPE}${suffix}`),
  ...['', '-config', '-sync', '-failover'].map((suffix) => `endpoints/${SCOPE}${suffix}`),
];
const LOOK_EVERY_MS = 250;
/** A restore that has not ended by then never will: one of 5 GB takes a fraction of it. */
const RESTORE_TIMEOUT_MS = 1_200_000;
const STANDBY_TIMEOUT_MS = 120_000;

/**
 * Brings the database back on a cluster from the object store: a job fills the volume of the first node, which then recovers and is promoted; the
 * others are cloned from it.
 * @throws ChaosError `platform` with what PostgreSQL or the job said, and the segments of the archive that are no good.
 */
export async function restoreOn(
  cluster: SiteCluster,
  target: RestoreTarget,
  options: DeployOptions,
): Promise<RestoreReport> {
  const kubectl = kubectlOn(cluster, options);
  const changes = restoreChanges(stackChanges(options), target);
  const [restore] = STAGES.restore;
  const [database] = STAGES.database;
  for (const objects of [LEFT_OVERS, STATE])
    await kubectl('--namespace', NAMESPACE, 'delete', '--ignore-not-found', ...objects);
  await applyStage(cluster, restore, options, changes);
  let isStarted = false;
  let report: RestoreLog['restored'];
  await pWaitFor(
    async () => {
      const log = readRestore(await askPatiently(cluster.api, () => logOf(cluster.api, 'job-name=restore'), options));
      if (log.failed !== undefined) throw notRestored(log.failed.message, log);
      if (log.fetched !== undefined && !isStarted) {
        isStarted = true;
        await kubectl('apply', '--filename', writeRecoverySettings(cluster.name, target));
        await applyStage(cluster, database, options, firstNodeOnly(changes));
      }
      const complaints = isStarted ? await complaintsOfFirstNode(cluster.api, options.signal) : undefined;
      if (complaints !== undefined) throw notRestored(`the database gave up: ${complaints}`, log);
      report = log.restored;
      return report !== undefined;
    },
    { interval: LOOK_EVERY_MS, timeout: RESTORE_TIMEOUT_MS, signal: options.signal },
  );
  if (report === undefined) throw notRestored('the job ended without a word', readRestore(''));
  const { type: _type, ...restored } = report;
  const promotedAt = performance.now();
  await kubectl('--namespace', NAMESPACE, 'delete', '--ignore-not-found', 'configmap/patroni-restore', 'job/restore');
  await deployStages(cluster, STAGES.database, options);
  await awaitStandby(cluster, options.signal);
  return { ...restored, phases: { ...restored.phases, redundancy: Math.round(performance.now() - promotedAt) } };
}

/** How Patroni begins on a volume that was filled, as part of its configuration. Returns the file with the object. */
function writeRecoverySettings(cluster: string, { targetTime }: RestoreTarget): string {
  const spooled = '/data/wal-spool/%f.gz';
  const settings = {
    bootstrap: {
      method: 'restore',
      restore: {
        command: 'mv /data/restored /data/pg',
        no_params: true,
        keep_existing_recovery_conf: false,
        recovery_conf: {
          restore_command: `test -f ${spooled} && gzip -dc ${spooled} > "%p"`,
          recovery_target_timeline: 'latest',
          recovery_target_action: 'promote',
          ...(targetTime === undefined ? {} : { recovery_target_time: toPostgresTime(targetTime) }),
        },
      },
    },
  };
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'patroni-restore', namespace: NAMESPACE },
    data: { 'restore.yaml': JSON.stringify(settings) }, // JSON is valid YAML
  };
  const path = join(stackDirectoryOf(cluster), 'manifests', 'patroni-restore.json');
  writeFileSync(path, JSON.stringify(object));
  return path;
}

/** PostgreSQL refuses names of time zones in its configuration, and `Z` is one. */
function toPostgresTime(time: string): string {
  return new Date(time).toISOString().replace('T', ' ').replace('Z', '+00');
}

/** What the first pod with this label has said so far; nothing while it has not begun. */
async function logOf({ core }: KubernetesApi, labelSelector: string): Promise<string> {
  const { items } = await core.listNamespacedPod({ namespace: NAMESPACE, labelSelector });
  const name = items[0]?.metadata?.name;
  if (name === undefined || items[0]?.status?.phase === 'Pending') return '';
  return core.readNamespacedPodLog({ namespace: NAMESPACE, name });
}

/** Patroni ends when what it begins with does not come up; undefined while it has not. */
async function complaintsOfFirstNode(api: KubernetesApi, signal: AbortSignal): Promise<string | undefined> {
  const { core } = api;
  const where = { namespace: NAMESPACE, name: FIRST_NODE };
  const pod = await core.readNamespacedPod(where).catch(() => undefined); // not made yet
  const status = pod?.status?.containerStatuses?.[0];
  const hasRestarted = (status?.restartCount ?? 0) > 0;
  if (!hasRestarted && status?.state?.terminated === undefined) return undefined;
  const read = () => core.readNamespacedPodLog({ ...where, previous: hasRestarted });
  const log = await askPatiently(api, read, { signal }).catch(describeError);
  const lines = log.split('\n').filter((line) => /FATAL|PANIC|ERROR|invalid value/.test(line));
  const shown = (lines.length === 0 ? log.split('\n') : lines).slice(0, 4);
  return shown.map((line) => line.slice(0, 300)).join(' | ');
}

const syncState = z.object({ sync_standby: z.string().nullable() });

/** Until there is one, an acknowledged write is on a single node. */
async function awaitStandby({ databaseStore }: SiteCluster, signal: AbortSignal): Promise<void> {
  await pWaitFor(
    async () => {
      // Nothing is known while the API server cannot be asked, and the next look is not far.
      const keys = await databaseStore.read(SCOPE, signal).catch(() => undefined);
      const sync = keys?.get('sync');
      return sync !== undefined && syncState.parse(JSON.parse(sync)).sync_standby !== null;
    },
    { interval: LOOK_EVERY_MS, timeout: STANDBY_TIMEOUT_MS, signal },
  );
}

function notRestored(message: string, { problems }: Pick<RestoreLog, 'problems'>): ChaosError {
  const named = problems.map(({ segment, problem }) => `${segment} is ${problem}`).join('; ');
  return new ChaosError({
    code: 'platform',
    message: `The database could not be restored: ${message}`,
    ...(named === '' ? {} : { lastState: `Segments of the archive: ${named}` }),
  });
}
