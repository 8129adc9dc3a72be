import type { CoreV1Api } from '@kubernetes/client-node';
import { ChaosError } from '../../core/errors.ts';
import { describeAnswer } from '../kind/api-answers.ts';
import type { ChosenCluster } from './choose-cluster.ts';
import type { Labels, SeenCluster } from './policy.ts';

/** The namespace that every cluster has from its first moment to its last. */
export const OLDEST_NAMESPACE = 'kube-system';

/** What a cluster says of itself. */
export interface ClusterView extends SeenCluster {
  readonly labelsOfNamespace: Labels;
}

/**
 * Asks a cluster who it is, and what labels a namespace has. Only reads.
 * @throws ChaosError `platform` where it cannot be asked, or the right to read one of the two namespaces is missing.
 */
export async function seeCluster(
  { context, address }: Pick<ChosenCluster, 'context' | 'address'>,
  core: Pick<CoreV1Api, 'readNamespace'>,
  namespace: string,
): Promise<ClusterView> {
  const read = async (name: string): ReturnType<CoreV1Api['readNamespace']> => {
    try {
      return await core.readNamespace({ name });
    } catch (cause) {
      throw new ChaosError({
        code: 'platform',
        message: `Which cluster context ${context} leads to, and what namespace ${namespace} is, could not be seen.`,
        lastState: describeAnswer(cause),
        tryThis: `It takes the right to get the namespaces ${OLDEST_NAMESPACE} and ${namespace}: kubectl auth can-i get namespaces/${name} --context ${context}`,
        cause,
      });
    }
  };
  const [oldest, own] = [await read(OLDEST_NAMESPACE), await read(namespace)];
  return {
    context,
    server: address,
    kubeSystemUid: oldest.metadata?.uid ?? '',
    labelsOfNamespace: own.metadata?.labels ?? {},
  };
}
