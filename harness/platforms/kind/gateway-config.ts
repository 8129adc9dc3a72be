import { ChaosError } from '../../core/errors.ts';

/** Ports of the gateway at which a service of the cluster is reached. */
export const GATEWAY_PORTS = { server: 8001, webapp: 8080, temporal: 7233, database: 5432, backup: 8002 } as const;
export type GatewayService = keyof typeof GATEWAY_PORTS;
export const GATEWAY_SERVICES: readonly GatewayService[] = ['server', 'webapp', 'temporal', 'database', 'backup'];

/** Where the gateway says that it is there. */
export const GATEWAY_STATUS_PORT = 8404;
/** How many nodes a cluster can have. */
const SLOTS = 8;
/**
 * Where kube-proxy says whether it forwards, at every address of its node. The port of the service itself would be the wrong thing to ask: a
 * connection to it goes on to any pod on any node, so that one dead pod would take healthy nodes out, and one that never had
 * a pod all of them. Load balancers of the clouds ask the same.
 */
const KUBE_PROXY_HEALTH_PORT = 10_256;

/** A node, by its present address. */
export interface GatewayNode {
  readonly name: string;
  readonly address: string;
}

/** The cluster that the gateway's ports lead to. */
export interface ServiceRoutes {
  readonly nodes: readonly GatewayNode[];
  /** NodePorts; a connection for a service without one is accepted and closed at once. */
  readonly nodePorts: Readonly<Partial<Record<GatewayService, number>>>;
  /** Where a node answers `GET /healthz`; kube-proxy's by default. */
  readonly healthPort?: number;
}

/** A server of HAProxy: slot `name` of a backend. */
export interface Server {
  readonly backend: string;
  readonly slot: number;
  readonly address: string;
  readonly port: number;
  readonly isReady: boolean;
}

/** What HAProxy is started with before anybody has said where it leads to. */
export function initialConfig(): string {
  return configOf(wantedServers({ nodes: [], nodePorts: {} }, []));
}

/**
 * All servers as they should be. A node that has a slot keeps it, so that its connections are left alone when others come and go.
 * @throws ChaosError `platform` when there are more nodes than slots.
 */
export function wantedServers(routes: ServiceRoutes, current: readonly Server[]): readonly Server[] {
  const slots = giveSlots(
    routes.nodes.map(({ address }) => address),
    current,
  );
  const backends = [
    { backend: 'nodes', port: routes.healthPort ?? KUBE_PROXY_HEALTH_PORT },
    ...GATEWAY_SERVICES.map((service) => ({ backend: service, port: routes.nodePorts[service] })),
  ];
  return backends.flatMap(({ backend, port }) =>
    slots.map((address, index) => {
      const slot = index + 1;
      return address === undefined || port === undefined
        ? { backend, slot, address: '0.0.0.0', port: 1, isReady: false }
        : { backend, slot, address, port, isReady: true };
    }),
  );
}

function giveSlots(addresses: readonly string[], current: readonly Server[]): readonly (string | undefined)[] {
  if (addresses.length > SLOTS) {
    throw new ChaosError({
      code: 'platform',
      message: `The gateway can lead to ${SLOTS} nodes; there are ${addresses.length}.`,
    });
  }
  const slots: (string | undefined)[] = Array.from({ length: SLOTS }, (_, index) => {
    const held = current.find(({ backend, slot }) => backend === 'nodes' && slot === index + 1);
    return held?.isReady === true && addresses.includes(held.address) ? held.address : undefined;
  });
  for (const address of addresses) if (!slots.includes(address)) slots[slots.indexOf(undefined)] = address;
  return slots;
}

/**
 * The configuration of HAProxy with these servers. Each node is asked once for all services. A connection to a node that is found dead is closed;
 * whoever has it would otherwise wait for the end of a silence. A new one is tried at one other node and no more: behind each node are the
 * same pods, and with every further try the gateway would hide from the probes that one of them is dead.
 */
export function configOf(servers: readonly Server[]): string {
  const line = ({ backend, slot, address, port, isReady }: Server): string =>
    `  server ${slot} ${address}:${port}${backend === 'nodes' ? '' : ` track nodes/${slot}`}${isReady ? '' : ' disabled'}`;
  const linesOf = (backend: string): string[] => servers.filter((server) => server.backend === backend).map(line);
  return [
    'global',
    '  log stdout format raw local0 notice',
    '  stats socket /run/haproxy.sock mode 600 level admin',
    '  nbthread 1',
    '  maxconn 4000',
    'defaults',
    '  log global',
    '  mode tcp',
    '  balance roundrobin',
    '  timeout connect 300ms',
    '  timeout check 1s',
    '  timeout client 24h',
    '  timeout server 24h',
    '  retries 1',
    '  option redispatch 1',
    'frontend status',
    '  mode http',
    '  timeout http-request 5s',
    '  timeout client 5s',
    `  bind :${GATEWAY_STATUS_PORT}`,
    '  http-request return status 200',
    'backend nodes',
    '  option httpchk GET /healthz',
    '  default-server check inter 500ms fall 2 rise 1',
    ...linesOf('nodes'),
    ...GATEWAY_SERVICES.flatMap((service) => [
      `listen ${service}`,
      `  bind :${GATEWAY_PORTS[service]}`,
      '  default-server on-marked-down shutdown-sessions',
      ...linesOf(service),
    ]),
    '',
  ].join('\n');
}
