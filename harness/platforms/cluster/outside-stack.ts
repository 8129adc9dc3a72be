import { once } from 'node:events';
import { ChaosError } from '../../core/errors.ts';
import type { RunningStack, ServiceName } from '../../core/platform.ts';

export interface OutsideStackOptions {
  readonly id: string;
  /** Of the config API. */
  readonly apiUrl: URL;
  /** Versions and choices, for the record. */
  readonly details: Readonly<Record<string, string>>;
}

/** An Airbyte that is only seen from outside: where its API is, and nothing that could be done to it. */
export function stackFromOutside({ id, apiUrl, details }: OutsideStackOptions): RunningStack {
  return {
    id,
    dir: '',
    details,
    settings: {},
    tools: {},
    marker: {},
    credentials: { user: '', password: '' },
    instances: async () => Promise.resolve([]),
    endpoint: (service) => endpointOf(service, apiUrl),
    watch: async (_onChange, signal) => {
      if (!signal.aborted) await once(signal, 'abort');
    },
    confirmGone: cannot('look at processes'),
    signalInstance: cannot('send signals to processes'),
    processesOf: cannot('look at processes'),
    signalProcess: cannot('send signals to processes'),
    isStopped: cannot('look at processes'),
    holdInstance: cannot('keep instances from being restarted'),
    loseMachines: cannot('take machines away'),
    rollOut: cannot('replace instances'),
    usage: cannot('tell what it uses'),
    // Nothing of the harness is ever in the cluster: what was taken away is made again by who made it.
    strayProcesses: async () => Promise.resolve([]),
    release: () => undefined,
  };
}

function endpointOf(service: ServiceName, url: URL): { readonly host: string; readonly port: number } {
  if (service !== 'server') {
    throw new ChaosError({ code: 'config', message: `Where the ${service} of an existing Airbyte is, is not known.` });
  }
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  return { host: url.hostname, port };
}

function cannot(what: string): () => Promise<never> {
  return async () =>
    Promise.reject(new ChaosError({ code: 'config', message: `The harness does not ${what} in an existing cluster.` }));
}
