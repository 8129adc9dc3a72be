/**
 * Whether something may be broken in an existing cluster. A pure function of what the operator wrote, of what was seen of the cluster, and of the time: nothing
 * that it does not allow is asked of an API server (`guarded-api.ts`).
 */
import { freezeAt } from './change-freeze.ts';
import type { ClusterConfig } from './cluster-config.ts';
import { isSystemNamespace } from './system-namespaces.ts';

/** What carries it, with any value but `false`, is never hit: a pod, what made it, or its namespace. */
export const PROTECTED_LABEL = 'chaos.airbyte/protected';

/** The label by which Helm's charts say to which release something belongs. */
export const RELEASE_LABEL = 'app.kubernetes.io/instance';

/** A cluster as it shows itself, not as somebody calls it. */
export interface SeenCluster {
  readonly context: string;
  readonly server: string;
  readonly kubeSystemUid: string;
}

export type Labels = Readonly<Record<string, string>>;

/** A pod that is to be hit. */
export interface Victim {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Undefined for one that could not be told. */
  readonly component: string | undefined;
  /** Its own, and those of what made it. */
  readonly labels: readonly Labels[];
}

/** How far a scenario reaches: beyond one component a person has to say that this is meant. */
export type Reach = 'component' | 'database' | 'cluster';

/** What somebody is about to do. */
export interface Attempt {
  readonly scenario: string;
  readonly reach: Reach;
  readonly cluster: SeenCluster;
  readonly namespace: { readonly name: string; readonly labels: Labels };
  readonly victims: readonly Victim[];
  /** How many instances of each component there are meant to be. */
  readonly replicas: ReadonlyMap<string, number>;
  /** How many of them are away or not ready just now, beside the victims, whoever took them. */
  readonly away: ReadonlyMap<string, number>;
  /** Who does it on the harness's behalf; undefined where the API server itself does. */
  readonly through?: 'chaos-mesh' | undefined;
  /** Faults of others that are at work in the namespace, each by its name; looked for where it is done through Chaos Mesh. */
  readonly ofOthers?: readonly string[] | undefined;
  /** What was typed, or given as `--confirm`. */
  readonly confirmed?: string | undefined;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** What somebody is about to do to a site as a whole: no pod of it is named. */
export type SiteAttempt = Omit<Attempt, 'victims' | 'replicas' | 'away' | 'through' | 'ofOthers'>;

export type RefusalCode =
  | 'other-context'
  | 'other-cluster'
  | 'other-namespace'
  | 'system-namespace'
  | 'scenario-not-allowed'
  | 'tool-not-allowed'
  | 'no-load-allowed'
  | 'no-victim'
  | 'victim-elsewhere'
  | 'other-release'
  | 'component-not-allowed'
  | 'too-many'
  | 'faults-of-others'
  | 'protected'
  | 'not-confirmed'
  | 'frozen';

/** A reason why not, and what would have to change. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly text: string;
  readonly tryThis: string;
}

/** Every reason why this may not be done; empty when it may. */
export function refusalsOf(config: ClusterConfig, attempt: Attempt): readonly Refusal[] {
  return [
    ...ofCluster(config, attempt),
    ...ofNamespace(config, attempt),
    ...ofScenario(config, attempt),
    ...ofTool(config, attempt),
    ...ofVictims(config, attempt),
    ...ofShare(config, attempt),
    ...ofOthers(attempt),
    ...ofTime(config, attempt),
  ];
}

/** Every reason why the site as a whole may not be taken away by the operator's commands; no pod of it is named. */
export function refusalsOfSite(config: ClusterConfig, attempt: SiteAttempt): readonly Refusal[] {
  return [
    ...ofCluster(config, attempt),
    ...ofNamespace(config, attempt),
    ...ofScenario(config, attempt),
    ...ofTime(config, attempt),
  ];
}

/** Every reason why no load may be put on the API while something is broken. */
export function refusalsOfLoad(config: ClusterConfig, attempt: SiteAttempt): readonly Refusal[] {
  const text = 'No load is allowed on this API.';
  const tryThis = 'Write load: {ratePerSecond: …} into the configuration, where load is meant.';
  return [
    ...(config.load === undefined ? [refusal('no-load-allowed', text, tryThis)] : []),
    ...refusalsOfSite(config, attempt),
  ];
}

/** Every reason why this is not the cluster that is allowed. */
export function ofCluster(
  { cluster: allowed }: Pick<ClusterConfig, 'cluster'>,
  { cluster: seen }: Pick<Attempt, 'cluster'>,
): readonly Refusal[] {
  const tryThis = 'Write a configuration for that cluster: npm run chaos -- init';
  if (seen.context !== allowed.context) {
    return [{ code: 'other-context', text: `The context is ${seen.context}; allowed is ${allowed.context}.`, tryThis }];
  }
  const differs = [
    ...(sameServer(seen.server, allowed.server) ? [] : [`its API server is ${seen.server} and not ${allowed.server}`]),
    ...(seen.kubeSystemUid === allowed.kubeSystemUid
      ? []
      : [`its kube-system has the UID ${seen.kubeSystemUid} and not ${allowed.kubeSystemUid}`]),
  ];
  if (differs.length === 0) return [];
  const text = `Context ${seen.context} leads to another cluster than the one that is allowed: ${differs.join('; ')}.`;
  return [{ code: 'other-cluster', text, tryThis }];
}

function sameServer(one: string, other: string): boolean {
  return one.replace(/\/+$/, '').toLowerCase() === other.replace(/\/+$/, '').toLowerCase();
}

/** Every reason why nothing may be broken in this namespace. */
export function ofNamespace(
  config: Pick<ClusterConfig, 'namespace'>,
  { namespace: { name, labels } }: Pick<Attempt, 'namespace'>,
): readonly Refusal[] {
  const tryThis = `Allowed is the namespace ${config.namespace}.`;
  return [
    ...(name === config.namespace
      ? []
      : [{ code: 'other-namespace', text: `Namespace ${name} is not the one that is allowed.`, tryThis } as const]),
    ...(isSystemNamespace(name)
      ? [{ code: 'system-namespace', text: `Namespace ${name} belongs to the cluster itself.`, tryThis } as const]
      : []),
    ...(isProtected(labels) ? [protectedRefusal(`namespace ${name}`)] : []),
  ];
}

function ofScenario(config: ClusterConfig, { scenario, reach, confirmed, cluster }: SiteAttempt): readonly Refusal[] {
  const isAllowed = config.allow.scenarios.includes(scenario);
  const needsName = reach !== 'component' && confirmed !== cluster.context;
  return [
    ...(isAllowed
      ? []
      : [
          {
            code: 'scenario-not-allowed',
            text: `${scenario} is not among the scenarios that are allowed.`,
            tryThis: 'Add it to allow.scenarios, where it is meant to run on this cluster.',
          } as const,
        ]),
    ...(needsName
      ? [
          {
            code: 'not-confirmed',
            text: `${scenario} reaches ${reach === 'database' ? 'the database' : 'the whole cluster'}, and nobody has said that this is meant.`,
            tryThis: `Type the name of the context, or pass it: --confirm ${cluster.context}`,
          } as const,
        ]
      : []),
  ];
}

function ofTool({ allow }: ClusterConfig, { scenario, through }: Attempt): readonly Refusal[] {
  if (through === undefined || allow.chaosMesh) return [];
  const text = `${scenario} is done by Chaos Mesh here, which may not be asked for it.`;
  const tryThis = 'Write allow.chaosMesh: true, where Chaos Mesh may break things in pods of this namespace.';
  return [refusal('tool-not-allowed', text, tryThis)];
}

function ofVictims(config: ClusterConfig, { victims, namespace }: Attempt): readonly Refusal[] {
  if (victims.length === 0) {
    const text = 'There is nothing that could be hit.';
    return [{ code: 'no-victim', text, tryThis: 'npm run chaos -- discover shows what runs there.' }];
  }
  return victims.flatMap((victim): Refusal[] => {
    const { name, component, labels } = victim;
    const releases = [...new Set(labels.flatMap((some) => some[RELEASE_LABEL] ?? []))];
    return [
      ...(victim.namespace === namespace.name
        ? []
        : [
            refusal(
              'victim-elsewhere',
              `Pod ${name} is in namespace ${victim.namespace}.`,
              'Nothing outside the namespace is hit.',
            ),
          ]),
      ...(releases.length === 1 && releases[0] === config.release
        ? []
        : [
            refusal(
              'other-release',
              `Pod ${name} belongs to release ${releases.join(' and ') || '(none)'}.`,
              `Allowed is ${config.release}.`,
            ),
          ]),
      ...(component !== undefined && config.allow.components.includes(component)
        ? []
        : [
            refusal(
              'component-not-allowed',
              `Pod ${name} is an instance of ${component ?? 'no known component'}, which is not among those that may be hit.`,
              'Add the component to allow.components, where it may be hit.',
            ),
          ]),
      ...(labels.some(isProtected) ? [protectedRefusal(`pod ${name}`)] : []),
    ];
  });
}

function ofShare({ allow: { maxShare } }: ClusterConfig, { victims, replicas, away }: Attempt): readonly Refusal[] {
  const hit = Map.groupBy(
    new Map(victims.map((victim) => [victim.uid, victim])).values(),
    ({ component }) => component ?? '',
  );
  return [...hit].flatMap(([component, of]): Refusal[] => {
    const all = replicas.get(component) ?? 0;
    const missing = away.get(component) ?? 0;
    if (of.length + missing <= all * maxShare) return [];
    const beside =
      missing === 0 ? '' : `, and ${missing} more ${missing === 1 ? 'is' : 'are'} away or not ready already`;
    const text = `${of.length} of ${all} instances of ${component || 'an unknown component'} would be hit${beside}; at most ${percent(maxShare)} may be.`;
    const tryThis =
      missing === 0
        ? 'Run more replicas, or raise allow.maxShare where the outage is meant.'
        : 'Wait until all are ready; perhaps somebody else is rehearsing here now.';
    return [refusal('too-many', text, tryThis)];
  });
}

function ofOthers({ ofOthers: found = [] }: Attempt): readonly Refusal[] {
  if (found.length === 0) return [];
  const text = `Somebody else breaks something in this namespace: ${found.join('; ')}.`;
  const tryThis =
    'Wait for its end; or pause or remove it, where it is yours. Of two faults at once neither can be told.';
  return [refusal('faults-of-others', text, tryThis)];
}

function ofTime({ freezes }: ClusterConfig, { atMs }: Pick<Attempt, 'atMs'>): readonly Refusal[] {
  const freeze = freezeAt(freezes, atMs);
  if (freeze === undefined) return [];
  return [refusal('frozen', `Changes are frozen now: ${freeze.reason}.`, 'Wait for its end, or change freezes.')];
}

function isProtected(labels: Labels): boolean {
  return (labels[PROTECTED_LABEL] ?? 'false') !== 'false';
}

function protectedRefusal(what: string): Refusal {
  return refusal(
    'protected',
    `The label ${PROTECTED_LABEL} protects ${what}.`,
    'Take the label away, where it may be hit.',
  );
}

function refusal(code: RefusalCode, text: string, tryThis: string): Refusal {
  return { code, text, tryThis };
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}
