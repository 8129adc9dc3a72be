import { ChaosError } from '../../core/errors.ts';
import type { Endpoint, ServiceName } from '../../core/platform.ts';
import { GATEWAY_PORTS } from './gateway-config.ts';
import type { OutsideService } from './outside.ts';

/** What is beside the clusters, by the use of its port. */
const OUTSIDE = { 'object-store': 'http', warehouse: 'postgres', 'alert-sink': 'http', 'record-api': 'http' } as const;

/**
 * Where a service is, for whoever asks: the host and the pods reach containers on the harness's network by the same address.
 * @throws ChaosError `platform` when what it needs is not there.
 */
export function serviceAddress(service: ServiceName, outside: readonly OutsideService[]): Endpoint {
  const find = (component: string): OutsideService => {
    const found = outside.find((one) => one.component === component);
    if (found !== undefined) return found;
    throw new ChaosError({ code: 'platform', message: `There is no container ${component} beside the clusters.` });
  };
  switch (service) {
    case 'server':
    case 'webapp':
    case 'temporal':
    case 'database':
    case 'backup':
      return { host: find('gateway').address, port: GATEWAY_PORTS[service] };
    case 'object-store':
    case 'warehouse':
    case 'alert-sink':
    case 'record-api': {
      const { address, ports } = find(service);
      return { host: address, port: ports[OUTSIDE[service]] ?? 0 };
    }
    default:
      return service satisfies never;
  }
}
