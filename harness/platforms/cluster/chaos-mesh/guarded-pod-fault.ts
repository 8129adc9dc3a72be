import type { FaultClaim, FaultTool } from '../../../core/machines.ts';
import type { Instance } from '../../../core/platform.ts';
import type { ClusterConfig } from '../cluster-config.ts';
import { objectMaker } from '../own-requests.ts';
import { refusalsOf, type Attempt } from '../policy.ts';
import { CHAOS_KINDS, describeClaim, isCalledInjected, type PodFaultAction } from './chaos-object.ts';
import { chaosIn, readChaos, type ChaosPlace } from './read-chaos.ts';

export interface PodFaultOptions extends Omit<ChaosPlace, 'kind'> {
  readonly config: ClusterConfig;
  readonly runId: string;
  readonly action: PodFaultAction;
  /** The path of the configuration: by it the undo finds back. */
  readonly configFile: string;
  /** What is about to be done to this instance, with everything that was seen of the cluster just now. */
  readonly attemptOn: (instance: Instance) => Promise<Attempt>;
}

/** Breaks something in a pod of an existing cluster through Chaos Mesh. It is held against the configuration at the very moment, and only that pod can be hit. */
export function guardedPodFault(options: PodFaultOptions): FaultTool & { readonly isUnclear: () => boolean } {
  const { api, config, runId, action, configFile, attemptOn } = options;
  const { kind } = action;
  const maker = objectMaker();
  return {
    name: 'Chaos Mesh',
    isUnclear: () => maker.isUnclear(),
    async refusal(instance) {
      const refusals = refusalsOf(config, { ...(await attemptOn(instance)), through: 'chaos-mesh' });
      return refusals.length === 0 ? undefined : refusals.map(({ text }) => text).join(' ');
    },
    undoOf: (withinMs) => ({ kind: 'remove-chaos', chaos: kind, config: configFile, runId, withinMs }),
    async begin(instance, expirySeconds) {
      const permit = api.allowPodFault(config, await attemptOn(instance), { runId, action, expirySeconds });
      const { body } = permit.request;
      try {
        await maker.make(
          {
            message: `Chaos Mesh was not asked to have ${instance.name} ${CHAOS_KINDS[kind].state}: the API server did not take its object.`,
            tryThis:
              'Where a webhook is named in the answer: kubectl get pods --all-namespaces -l app.kubernetes.io/component=controller-manager: the API server has to reach that of Chaos Mesh, which approves each of its objects.',
          },
          () => api.custom.createNamespacedCustomObject({ ...chaosIn(config.namespace, kind), body }),
        );
      } finally {
        permit.close();
      }
    },
    async claim(signal): Promise<FaultClaim> {
      const found = await readChaos({ ...options, kind }, runId, signal);
      if (found === undefined) return { isInjected: false, text: 'its object is not there any more' };
      return { isInjected: isCalledInjected(found), text: describeClaim(found) };
    },
  };
}
