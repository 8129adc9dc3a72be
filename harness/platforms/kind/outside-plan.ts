import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { GATEWAY_STATUS_PORT, initialConfig } from './gateway-config.ts';
import { addressFromEnd } from './subnet.ts';
import type { OutsideImages } from './tools.ts';

const WAREHOUSE_SCRIPT = fileURLToPath(new URL('../../../fixtures/kubernetes/outside/warehouse.sh', import.meta.url));

/** What runs beside the clusters, in the order in which it is started. */
export const OUTSIDE_COMPONENTS = ['object-store', 'warehouse', 'alert-sink', 'record-api', 'gateway'] as const;
export type OutsideComponent = (typeof OUTSIDE_COMPONENTS)[number];

/** User, password and databases of the warehouse, as `fixtures/kubernetes/outside/warehouse.sh` makes them. */
export const WAREHOUSE_LOGIN = { user: 'airbyte', password: 'airbyte' } as const;
const SOURCE_DATABASE = 'source';
/** Buckets for the logs of attempts and for backups. */
export const BUCKETS = ['airbyte-logs', 'airbyte-backups'] as const;

/** What HAProxy starts with. */
export const GATEWAY_CONFIG_FILE = '/etc/gateway/services.cfg';

/** One container as it is wanted. */
export interface OutsidePlan {
  readonly component: OutsideComponent;
  readonly image: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly address: string;
  /** Path in the container that gets a volume; it goes with the container. */
  readonly volume?: string;
  /** May change its own routes, rules of the firewall and addresses, and forwards. */
  readonly isRouter?: boolean;
  readonly files?: readonly { readonly content: string; readonly target: string }[];
}

/** Ports of the components, by what is spoken there. */
export const OUTSIDE_PORTS: Readonly<Record<OutsideComponent, Readonly<Record<string, number>>>> = {
  'object-store': { http: 8333, filer: 8888 },
  warehouse: { postgres: 5432 },
  'alert-sink': { http: 8080 },
  'record-api': { http: 8080 },
  gateway: { status: GATEWAY_STATUS_PORT },
};

/** Everything outside of the clusters, on the network with this subnet. */
export function planOutside(images: OutsideImages, subnet: string): readonly OutsidePlan[] {
  const address = (component: OutsideComponent): string =>
    addressFromEnd(subnet, OUTSIDE_COMPONENTS.indexOf(component) + 1);
  const reference = (component: 'alert-sink' | 'record-api', environment: Record<string, string>): OutsidePlan => ({
    component,
    image: images.reference,
    command: [`fixtures/reference/${component}/main.ts`],
    environment: { INSTANCE_NAME: `${component}-0`, PORT: '8080', MALLOC_ARENA_MAX: '2', ...environment },
    address: address(component),
  });
  const { user, password } = WAREHOUSE_LOGIN;
  const source = `postgres://${user}:${password}@${address('warehouse')}:5432/${SOURCE_DATABASE}`;
  return [
    {
      component: 'object-store',
      image: images.objectStore,
      environment: {},
      address: address('object-store'),
      volume: '/data',
    },
    {
      component: 'warehouse',
      image: images.postgres,
      entrypoint: ['sh', '-c', readFileSync(WAREHOUSE_SCRIPT, 'utf8')],
      command: [],
      environment: {},
      address: address('warehouse'),
      volume: '/home/postgres',
    },
    reference('alert-sink', { ALERT_FILE: '/tmp/alerts.ndjson' }),
    reference('record-api', { SOURCE_URL: source }),
    {
      component: 'gateway',
      image: images.gateway,
      environment: {},
      address: address('gateway'),
      isRouter: true,
      files: [{ content: initialConfig(), target: GATEWAY_CONFIG_FILE }],
    },
  ];
}

/** Changes with everything that a container is made from. */
export function hashOfPlan(plan: OutsidePlan): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('hex').slice(0, 12);
}
