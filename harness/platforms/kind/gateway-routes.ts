import { ChaosError } from '../../core/errors.ts';
import { routeServices } from './gateway.ts';
import { GATEWAY_SERVICES, type GatewayService } from './gateway-config.ts';
import { addressOfNode, type KubernetesApi } from './kubernetes-api.ts';
import type { OutsideService } from './outside.ts';
import { askPatiently } from './patient-api.ts';

/** The Services of the stack that get a port of every node (fixtures/kubernetes/overlays). */
const NODE_PORTS_OF = {
  server: { namespace: 'airbyte', name: 'server' },
  webapp: { namespace: 'airbyte', name: 'webapp' },
  temporal: { namespace: 'airbyte', name: 'temporal' },
  backup: { namespace: 'database', name: 'backup' },
  database: { namespace: 'database', name: 'airbyte-postgres-ha' },
} as const satisfies Record<GatewayService, { readonly namespace: string; readonly name: string }>;

/**
 * Leads the stable endpoints to the services of this cluster, through all of its nodes. Returns the services that are led there.
 * @throws ChaosError `platform` when there is no gateway, or when it does not do it.
 */
export async function routeToCluster(
  api: KubernetesApi,
  outside: readonly OutsideService[],
): Promise<readonly GatewayService[]> {
  const gateway = outside.find(({ component }) => component === 'gateway');
  if (gateway === undefined)
    throw new ChaosError({ code: 'platform', message: 'There is no gateway to the clusters.' });
  const { items: nodes } = await askPatiently(api, () => api.core.listNode());
  const { items: services } = await askPatiently(api, () => api.core.listServiceForAllNamespaces());
  const nodePorts = Object.fromEntries(
    GATEWAY_SERVICES.flatMap((service) => {
      const { namespace, name } = NODE_PORTS_OF[service];
      const found = services.find(({ metadata }) => metadata?.namespace === namespace && metadata.name === name);
      const port = found?.spec?.ports?.[0]?.nodePort;
      return port === undefined ? [] : [[service, port] as const];
    }),
  );
  await routeServices(gateway.id, {
    nodes: nodes.flatMap((node) => {
      const address = addressOfNode(node);
      return address === undefined ? [] : [{ name: node.metadata?.name ?? '', address }];
    }),
    nodePorts,
  });
  return GATEWAY_SERVICES.filter((service) => nodePorts[service] !== undefined);
}
