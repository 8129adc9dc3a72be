import type { V1Pod } from '@kubernetes/client-node';
import type { Instance } from '../../core/platform.ts';
import { containerIdOf, isPodReady, stateOf, whyPending } from '../kind/pod-instance.ts';
import type { Labels } from './policy.ts';

/** Pods of a sync, which Airbyte makes for each of its jobs (facts: airbyte.md, section 1.4). */
export const JOB_POD = 'job-pod';
const JOB_ID_LABEL = 'job_id';

/** A component of an existing system, and the labels that select its pods. */
export interface Member {
  readonly component: string;
  readonly selector: Labels;
}

/** A pod of an existing system as an instance of its component; undefined for one that belongs to none. */
export function existingInstance(
  pod: V1Pod,
  members: readonly Member[],
  host: string,
  isInService?: boolean,
): Instance | undefined {
  const labels = pod.metadata?.labels ?? {};
  const name = pod.metadata?.name;
  const member = members.find(({ selector }) => selects(selector, labels));
  if (member === undefined || name === undefined) return undefined;
  const isEnding = pod.metadata?.deletionTimestamp !== undefined;
  const isOver = pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded';
  const incarnation = containerIdOf(pod);
  const uid = pod.metadata?.uid;
  const jobId = member.component === JOB_POD ? labels[JOB_ID_LABEL] : undefined;
  const waiting = pod.status?.containerStatuses?.find(({ state }) => state?.waiting?.reason !== undefined);
  const detail = isEnding
    ? 'it is being ended'
    : (waiting?.state?.waiting?.reason ?? pod.status?.reason ?? whyPending(pod));
  return {
    name,
    component: member.component,
    state: isOver ? 'exited' : stateOf(pod),
    ready: isPodReady(pod) && !isEnding,
    restarts: (pod.status?.containerStatuses ?? []).reduce((all, { restartCount }) => all + restartCount, 0),
    isExpected: member.component !== JOB_POD,
    host,
    ports: {},
    ...(incarnation === undefined ? {} : { incarnation }),
    ...(uid === undefined ? {} : { uid }),
    ...(jobId === undefined ? {} : { jobId }),
    ...(isEnding || isOver ? { removal: 'begun' } : {}),
    ...(isInService === undefined ? {} : { isInService }),
    ...(pod.spec?.nodeName === undefined ? {} : { node: pod.spec.nodeName }),
    ...(detail === undefined ? {} : { detail }),
  };
}

/** A selector of nothing, which would select everything, selects nothing here. */
function selects(selector: Labels, labels: Labels): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([name, value]) => labels[name] === value);
}

/** What is needed of a pod: of thousands, the rest takes more memory than a watch may. */
export function trimPod({ metadata, spec, status }: V1Pod): V1Pod {
  const { name, namespace, uid, resourceVersion, labels, deletionTimestamp } = metadata ?? {};
  const { phase, reason, conditions, containerStatuses } = status ?? {};
  return {
    metadata: {
      ...(name === undefined ? {} : { name }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(labels === undefined ? {} : { labels }),
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    },
    ...(spec?.nodeName === undefined ? {} : { spec: { nodeName: spec.nodeName, containers: [] } }),
    status: {
      ...(phase === undefined ? {} : { phase }),
      ...(reason === undefined ? {} : { reason }),
      ...(conditions === undefined
        ? {}
        : {
            conditions: conditions.map(({ type, status: value, message }) => ({
              type,
              status: value,
              ...(message === undefined ? {} : { message }),
            })),
          }),
      ...(containerStatuses === undefined ? {} : { containerStatuses }),
    },
  };
}
