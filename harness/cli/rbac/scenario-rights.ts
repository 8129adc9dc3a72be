import { LISTED } from '../../profiles/objects/namespace-objects.ts';
import { chaosOf, NEEDED_FOR_RUNS, SITE_LOSS, takesRights, WITH_RIGHTS } from '../../profiles/translate/needs.ts';
import { ChaosError } from '../../core/errors.ts';
import type { ClusterConfig } from '../../platforms/cluster/cluster-config.ts';
import type { OperationName } from '../../platforms/cluster/operations.ts';
import { referencesIn } from '../../platforms/cluster/own-traffic-config.ts';
import { rightsOfDiscovery, rightsOfLook, rightsOfRun, type Right } from '../../platforms/cluster/rights.ts';

/** The ways in which a scenario can take pods of an existing cluster away; without a name it is the first. */
const OPERATION_OF = { default: 'delete', evicted: 'evict' } as const satisfies Readonly<Record<string, OperationName>>;
export type ExistingVariant = keyof typeof OPERATION_OF;
export const EXISTING_VARIANTS: readonly ExistingVariant[] = ['default', 'evicted'];

/** All ways in which a scenario can be run there; the loss of a site and what Chaos Mesh does have one. */
export function variantsOf(id: string): readonly ExistingVariant[] {
  return id === SITE_LOSS || chaosOf(id) !== undefined ? ['default'] : EXISTING_VARIANTS;
}

/** What `discover` asks for, as if it were a scenario. */
export const DISCOVER = 'discover';

/** The rights that one scenario takes, under the name that its Role has. */
export interface ScenarioRights {
  readonly id: string;
  readonly variant: ExistingVariant;
  readonly rights: readonly Right[];
}

/** What is known of a configuration. */
export type RightsConfig = Pick<ClusterConfig, 'namespace' | 'credentials' | 'traffic' | 'load'>;

/** Every right that a scenario takes on the system of a configuration. @throws ChaosError `usage` for one that cannot run there. */
export function rightsOf(id: string, variant: ExistingVariant, config: RightsConfig): ScenarioRights {
  const { namespace } = config;
  if (id === DISCOVER) {
    return { id, variant: 'default', rights: rightsOfDiscovery(namespace, [...LISTED.needed, ...LISTED.other]) };
  }
  if (!takesRights(id)) {
    throw new ChaosError({
      code: 'usage',
      message: `${id} cannot run on an Airbyte that is there already, so there are no rights for it.`,
      tryThis: `Those that can: ${WITH_RIGHTS.join(', ')}.`,
    });
  }
  const look = { namespace, kinds: NEEDED_FOR_RUNS, secrets: secretsOf(config) };
  if (id === SITE_LOSS) return { id, variant: 'default', rights: rightsOfLook(look) };
  const hasLoad = config.load !== undefined;
  const chaos = chaosOf(id);
  if (chaos !== undefined) {
    return { id, variant: 'default', rights: rightsOfRun({ ...look, operation: chaos, hasLoad }) };
  }
  return { id, variant, rights: rightsOfRun({ ...look, operation: OPERATION_OF[variant], hasLoad }) };
}

/** Secrets of the namespace that the configuration says to read. */
function secretsOf({ credentials: { api = {} }, traffic }: RightsConfig): readonly string[] {
  const own = [traffic?.own?.source, traffic?.own?.destination].flatMap((one) =>
    referencesIn(one?.connectionConfiguration).map(([, reference]) => reference),
  );
  return [...new Set([...Object.values(api), ...own].flatMap((one) => one?.secret?.name ?? []))];
}
