import { clusterOfStack, kubeconfigOf } from '../../platforms/kind/cluster-record.ts';
import { chooseCluster } from '../../platforms/cluster/choose-cluster.ts';
import { readinessOf, type ReadinessSeen } from '../../profiles/readiness.ts';
import { ChaosError } from '../../core/errors.ts';
import { readWithObjects } from '../read-system.ts';

/** Of the stack on a cluster of the harness's own; the database is in a namespace beside Airbyte's. */
export const STACK_NAMESPACES = { namespace: 'airbyte', beside: ['database'] } as const;

/** What the objects of the stack on kind tell. @throws ChaosError `usage` where there is none; as `readSystem` does. */
export async function observeKindObjects(): Promise<ReadinessSeen> {
  const record = clusterOfStack();
  if (record === undefined) {
    throw new ChaosError({
      code: 'usage',
      message: 'There is no cluster of the harness.',
      tryThis: 'npm run chaos -- up --platform kind',
    });
  }
  const cluster = await chooseCluster({ kubeconfig: kubeconfigOf(record.name) });
  const { objects, system } = await readWithObjects(cluster, STACK_NAMESPACES);
  return readinessOf(objects, system);
}
