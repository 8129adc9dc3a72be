import { rulesOf, type RoleRule } from './role-rules.ts';
import { DISCOVER, type ScenarioRights } from './scenario-rights.ts';
import type { Subject } from './subject.ts';
import type { Manifest } from './yaml-manifest.ts';

const API_VERSION = 'rbac.authorization.k8s.io/v1';
const API_GROUP = 'rbac.authorization.k8s.io';
/** What is made here can be found, and removed, by it. */
export const LABELS = { 'app.kubernetes.io/part-of': 'airbyte-chaos' };
export interface RoleOptions {
  readonly namespace: string;
  /** Who gets the rights; else a ServiceAccount of its own for each scenario. */
  readonly subject?: Subject | undefined;
}

/** The name of a scenario's Role, of its binding and of its ServiceAccount. */
export function roleName({ id, variant }: Pick<ScenarioRights, 'id' | 'variant'>): string {
  const of = variant === 'default' ? '' : `-${variant}`;
  return `airbyte-chaos-${id.replaceAll('_', '-')}${of}`;
}

/** What gives each scenario its rights and no others: ServiceAccount, Role and RoleBinding, and a ClusterRole for the one namespace beside its own that it has to see. */
export function roleManifests(scenarios: readonly ScenarioRights[], options: RoleOptions): readonly Manifest[] {
  return scenarios.flatMap((scenario) => ofScenario(scenario, options));
}

function ofScenario(scenario: ScenarioRights, { namespace, subject }: RoleOptions): readonly Manifest[] {
  const name = roleName(scenario);
  const metadata = { name, namespace };
  // What is of no namespace is shared by all of a cluster: its name says for whom it is.
  const ofCluster = { name: `airbyte-chaos-${namespace}${name.slice('airbyte-chaos'.length)}` };
  const account: Subject = { kind: 'ServiceAccount', name, namespace };
  const subjects = [subject ?? account];
  const bind = (kind: 'Role' | 'ClusterRole', to: Metadata): Manifest =>
    manifest(API_VERSION, `${kind}Binding`, to, { roleRef: { apiGroup: API_GROUP, kind, name: to.name }, subjects });
  const outside = scenario.rights.filter((right) => right.namespace !== namespace);
  const manifests = [
    ...(subject === undefined ? [manifest('v1', 'ServiceAccount', metadata, {})] : []),
    role('Role', metadata, rulesOf(scenario.rights.filter((right) => !outside.includes(right)))),
    bind('Role', metadata),
    ...(outside.length === 0 ? [] : [role('ClusterRole', ofCluster, rulesOf(outside)), bind('ClusterRole', ofCluster)]),
  ];
  return manifests.map((one, nth) => (nth === 0 ? { ...one, comment: titleOf(scenario) } : one));
}

function titleOf({ id, variant }: ScenarioRights): string {
  if (id === DISCOVER) return 'discover, which only reads';
  return variant === 'default' ? id : `${id} --variant ${variant}`;
}

interface Metadata {
  readonly name: string;
  readonly namespace?: string;
}

function role(kind: 'Role' | 'ClusterRole', metadata: Metadata, rules: readonly RoleRule[]): Manifest {
  const remarks = rules.flatMap(({ purpose }, nth) =>
    purpose === rules[nth - 1]?.purpose ? [] : [{ at: ['rules', nth], text: purpose }],
  );
  return { ...manifest(API_VERSION, kind, metadata, { rules: rules.map(({ rule }) => rule) }), remarks };
}

function manifest(
  apiVersion: string,
  kind: string,
  metadata: Metadata,
  rest: Readonly<Record<string, unknown>>,
): Manifest {
  return { object: { apiVersion, kind, metadata: { ...metadata, labels: LABELS }, ...rest } };
}
