import { ChaosError } from '../../core/errors.ts';
import type { ClusterConfig } from '../../platforms/cluster/cluster-config.ts';

/** As `monitor --url` takes it; a bare address is taken for that of the server. @throws ChaosError `config` where there is none. */
export function apiUrl({ endpoints }: ClusterConfig): URL {
  if (endpoints.api === undefined) {
    throw new ChaosError({
      code: 'config',
      message: 'Where Airbyte’s API is reached from here is not known, so nothing could be measured.',
      tryThis:
        'Write it into the configuration: endpoints: {api: http://HOST:PORT}. kubectl port-forward is no way to it: it dies with its pod.',
    });
  }
  const url = new URL(endpoints.api);
  url.pathname = url.pathname.replace(/\/+$/, '') || '/api/v1';
  return url;
}
