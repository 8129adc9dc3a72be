import { ChaosError } from '../../core/errors.ts';
import type { Eviction, InstanceRemoval } from '../../core/machines.ts';
import type { Instance } from '../../core/platform.ts';
import { budgetRefusal, describeAnswer } from '../kind/api-answers.ts';
import type { ClusterConfig } from './cluster-config.ts';
import type { GuardedApi } from './guarded-api.ts';
import type { OperationName } from './operations.ts';
import { refusalsOf, type Attempt } from './policy.ts';

/**
 * One second, the least with which the API server keeps a pod until its kubelet says that it has ended: without any, a pod vanishes from the API while it may
 * still run on a machine that is away.
 */
const GRACE_SECONDS = 1;

export interface RemovalOptions {
  readonly api: GuardedApi;
  readonly config: ClusterConfig;
  /** What is about to be done to this instance, with everything that was seen of the cluster just now. */
  readonly attemptOn: (instance: Instance) => Promise<Attempt>;
}

/** Takes pods of an existing cluster away. Each is held against the configuration at the very moment, and only that pod can be hit. */
export function guardedRemoval({ api, config, attemptOn }: RemovalOptions): InstanceRemoval {
  async function ask(
    operation: OperationName,
    instance: Instance,
    send: (namespace: string, uid: string) => Promise<unknown>,
  ): Promise<Eviction> {
    const attempt = await attemptOn(instance);
    const permit = api.allow(config, attempt, operation);
    try {
      await send(config.namespace, instance.uid ?? '');
      return {
        isAccepted: true,
        text: operation === 'delete' ? `deleted, with ${GRACE_SECONDS} s of grace` : 'accepted',
      };
    } catch (error) {
      const refusal = budgetRefusal(error);
      if (refusal !== undefined) return { isAccepted: false, text: `refused (429): ${refusal}` };
      if (error instanceof ChaosError) throw error;
      throw new ChaosError({
        code: 'platform',
        message: `The API server did not take ${instance.name} away.`,
        lastState: describeAnswer(error),
        cause: error,
      });
    } finally {
      permit.close();
    }
  }
  return {
    async refusal(instance) {
      const refusals = refusalsOf(config, await attemptOn(instance));
      return refusals.length === 0 ? undefined : refusals.map(({ text }) => text).join(' ');
    },
    remove: (instance) =>
      ask('delete', instance, (namespace, uid) =>
        api.core.deleteNamespacedPod({
          name: instance.name,
          namespace,
          body: { gracePeriodSeconds: GRACE_SECONDS, preconditions: { uid } },
        }),
      ),
    evict: (instance) =>
      ask('evict', instance, (namespace, uid) =>
        api.core.createNamespacedPodEviction({
          name: instance.name,
          namespace,
          body: { metadata: { name: instance.name, namespace }, deleteOptions: { preconditions: { uid } } },
        }),
      ),
  };
}
