import type { SeenCluster } from '../platforms/cluster/policy.ts';
import type { DiscoveredSystem } from '../profiles/discovered-system.ts';
import type { Generation } from '../profiles/component.ts';
import type { Reference } from '../platforms/cluster/config-reference.ts';
import type { NamedCredentials } from './named-credentials.ts';
import { wantedReplicas } from '../profiles/wanted-replicas.ts';

/** What a configuration is written from. */
export interface Proposal {
  readonly cluster: SeenCluster;
  readonly kubeconfig: string | undefined;
  readonly namespace: string;
  readonly release: string;
  readonly profile: Generation;
  readonly system: Pick<DiscoveredSystem, 'components' | 'appVersion' | 'faultTools'>;
  readonly scenarios: readonly string[];
  readonly components: readonly string[];
  readonly api: string | undefined;
  /** Where credentials of its API are; empty where nobody said. */
  readonly credentials: NamedCredentials;
  /** Its API asks for HTTP Basic, and nobody said where that is. */
  readonly wantsBasic: boolean;
  readonly chaosMesh: boolean;
}

/** Where an installation of Airbyte from 1.0 on keeps the credentials of its API (facts: airbyte.md, section 2.2). */
const AUTH_SECRET = 'airbyte-auth-secrets';
const OF_INSTALLATION: NamedCredentials = {
  clientId: { secret: { name: AUTH_SECRET, key: 'instance-admin-client-id' } },
  clientSecret: { secret: { name: AUTH_SECRET, key: 'instance-admin-client-secret' } },
};

const PRESENCE = { there: 'installed', absent: 'not installed', unknown: 'not known whether it is installed' } as const;

/** Connectors that every Airbyte has and that need no credentials; so it lasts about 17 min. The ids are those of Airbyte's registry, where names have changed. */
const OWN_TRAFFIC = [
  'traffic:',
  '  own:',
  '    workspace: 00000000-0000-0000-0000-000000000000',
  '    source: # Sample Data (source-faker)',
  '      definition: dfd88b22-b603-4c3d-aad7-3701784586b1',
  '      connectionConfiguration: {count: 100000}',
  '    destination: # End-to-End Testing (destination-dev-null)',
  '      definition: a7bcc9d8-13b3-4e49-b80d-d020b90045e3',
  '      connectionConfiguration: {test_destination: {test_destination_type: THROTTLED, millis_per_record: 10}}',
  '    streams: [users]',
];

/** `chaos.config.yaml` for what was found, with a word on each choice. It allows what was asked for and nothing else. */
export function renderConfig(proposal: Proposal): string {
  const { cluster, kubeconfig, namespace, release, profile, system, scenarios, components, api, chaosMesh } = proposal;
  const there = [...wantedReplicas(system)].map(([component, wanted]) => `${component} × ${wanted}`).join(', ');
  return [
    '# yaml-language-server: $schema=docs/chaos.config.schema.json',
    '# What the harness may do in an existing cluster. Nothing that is not named here is touched.',
    'version: 1',
    '',
    '# The one cluster that may be touched. All three must match, so that a context that leads elsewhere one day is refused.',
    'cluster:',
    `  context: ${quoted(cluster.context)}`,
    ...(kubeconfig === undefined ? [] : [`  kubeconfig: ${quoted(kubeconfig)}`]),
    `  server: ${quoted(cluster.server)}`,
    `  kubeSystemUid: ${quoted(cluster.kubeSystemUid)}`,
    `namespace: ${quoted(namespace)}`,
    `release: ${quoted(release)}`,
    `profile: ${profile} # Airbyte ${system.appVersion ?? 'of a version that could not be told'}`,
    '',
    '# The recovery targets that runs are judged against.',
    'objectives: scenarios/objectives.yaml',
    ...(api === undefined
      ? ['', '# Where its API is reached from here.', '# endpoints: {api: http://127.0.0.1:8001}']
      : ['', '# Where its API is reached from here.', 'endpoints:', `  api: ${quoted(api)}`]),
    ...credentialLines(proposal),
    '',
    `# What may be broken. There is: ${there}.`,
    'allow:',
    `  scenarios: ${listed(scenarios)}`,
    `  components: ${listed(components)}`,
    '  # Of the replicas of one component, the share that may be hit at once. A component that runs once is hit with 1, and only then.',
    '  maxShare: 0.5',
    `  # Whether Chaos Mesh may break something in a pod of these (network_partition, clock_skew); here it is ${PRESENCE[system.faultTools.chaosMesh]}.`,
    `  chaosMesh: ${chaosMesh}`,
    '',
    '# Without it, runs look at the syncs that are there. This makes a sync of each run’s own, and removes it:',
    ...OWN_TRAFFIC.map((line) => `# ${line}`),
    '',
    '# Where the k6 operator is installed: requests that read, from pods of the namespace, while a run takes something away. Pods reach the API by its Service.',
    '# load: {ratePerSecond: 20, runners: 2, url: "http://airbyte-airbyte-server-svc:8001"}',
    '',
    '# Times in which nothing may be broken.',
    'freezes: []',
    '# - {reason: end of year, from: "2026-12-20T00:00:00Z", until: "2027-01-04T00:00:00Z"}',
    '# - {reason: weekend, days: [saturday, sunday], timeZone: Europe/Berlin}',
    '',
  ].join('\n');
}

const ABOUT_CREDENTIALS =
  '# Credentials are named by where they are: env, file, or a secret of the namespace. They are never written here.';

function credentialLines({ credentials, wantsBasic, profile }: Proposal): readonly string[] {
  const own = profile === 'airbyte-v1' || profile === 'airbyte-v2' ? OF_INSTALLATION : {};
  const said = Object.entries(credentials);
  if (said.length === 0 && wantsBasic) {
    return [
      '',
      ABOUT_CREDENTIALS,
      '# The API asks for HTTP Basic: name where its username and password are.',
      '# credentials: {api: {username: {env: AIRBYTE_USERNAME}, password: {env: AIRBYTE_PASSWORD}}}',
    ];
  }
  const parts = said.length === 0 ? Object.entries(own) : said;
  if (parts.length === 0) return [];
  const lines = parts.map(([part, reference]) => `    ${part}: ${placed(reference)}`);
  return ['', ABOUT_CREDENTIALS, 'credentials:', '  api:', ...lines];
}

function placed({ env, file, secret }: Reference): string {
  if (secret !== undefined) return `{secret: {name: ${quoted(secret.name)}, key: ${quoted(secret.key)}}}`;
  return env === undefined ? `{file: ${quoted(file ?? '')}}` : `{env: ${quoted(env)}}`;
}

/** Names come from a cluster and from people: whatever is in them stays one scalar. */
function quoted(text: string): string {
  return /^[A-Za-z][A-Za-z0-9_.-]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text);
}

function listed(names: readonly string[]): string {
  return `[${names.map(quoted).join(', ')}]`;
}
