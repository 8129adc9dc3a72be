import type { FaultClaim, InstancePartition } from '../../../core/machines.ts';
import type { Instance } from '../../../core/platform.ts';
import type { ClusterConfig } from '../cluster-config.ts';
import { objectMaker } from '../own-requests.ts';
import { refusalsOf, type Attempt } from '../policy.ts';
import { describeClaim, isCalledInjected } from './network-chaos.ts';
import { networkChaosIn, readPartition, type PartitionsPlace } from './read-partitions.ts';

export interface PartitionOptions extends PartitionsPlace {
  readonly config: ClusterConfig;
  readonly runId: string;
  /** The path of the configuration: by it the undo finds back. */
  readonly configFile: string;
  /** What is about to be done to this instance, with everything that was seen of the cluster just now. */
  readonly attemptOn: (instance: Instance) => Promise<Attempt>;
}

/** Cuts a pod of an existing cluster off through Chaos Mesh. It is held against the configuration at the very moment, and only that pod can be hit. */
export function guardedPartition(options: PartitionOptions): InstancePartition & { readonly isUnclear: () => boolean } {
  const { api, config, runId, configFile, attemptOn } = options;
  const maker = objectMaker();
  return {
    isUnclear: () => maker.isUnclear(),
    async refusal(instance) {
      const refusals = refusalsOf(config, { ...(await attemptOn(instance)), through: 'chaos-mesh' });
      return refusals.length === 0 ? undefined : refusals.map(({ text }) => text).join(' ');
    },
    undoOf: (withinMs) => ({ kind: 'remove-network-chaos', config: configFile, runId, withinMs }),
    async cutOff(instance, expirySeconds) {
      const permit = api.allowPartition(config, await attemptOn(instance), { runId, expirySeconds });
      const { body } = permit.request;
      try {
        await maker.make(
          {
            message: `Chaos Mesh was not asked to cut ${instance.name} off: the API server did not take its object.`,
            tryThis:
              'Where a webhook is named in the answer: kubectl get pods --all-namespaces -l app.kubernetes.io/component=controller-manager: the API server has to reach that of Chaos Mesh, which approves each of its objects.',
          },
          () => api.custom.createNamespacedCustomObject({ ...networkChaosIn(config.namespace), body }),
        );
      } finally {
        permit.close();
      }
    },
    async claim(signal): Promise<FaultClaim> {
      const found = await readPartition(options, runId, signal);
      if (found === undefined) return { isInjected: false, text: 'its object is not there any more' };
      return { isInjected: isCalledInjected(found), text: describeClaim(found) };
    },
  };
}
