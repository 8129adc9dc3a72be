import { isMap } from './is-map.ts';
import type { Path } from './template-reading.ts';

/** Values with which an objective of recovery is not met, though nothing is wrong with them by themselves. */
export interface WeakValue {
  /** Where it is set, or would be. */
  readonly key: Path;
  readonly what: string;
  readonly why: string;
  readonly tryThis: string;
}

export interface WeakValuesInput {
  /** What the operator wrote. */
  readonly set: unknown;
  /** The same over the chart's own values; as written where the chart is not at hand. */
  readonly merged: unknown;
  /** Of Airbyte, as the chart says it: `1.3.1`; undefined where it is not known. */
  readonly appVersion: string | undefined;
}

/** What is weak in these values, each with the reason (shared/facts/airbyte.md; issues of airbytehq/airbyte by number). Never has a value of a credential in it. */
export function weakValues(input: WeakValuesInput): readonly WeakValue[] {
  const { merged } = input;
  return [
    ...singleInstances(merged),
    ...bundledServices(merged),
    ...temporal(merged),
    ...detection(input),
    ...credentials(input.set),
  ];
}

/** Components that serve or work all the time; the others only start things. */
const REPLICATED = [['server'], ['worker'], ['webapp']] as const;

function singleInstances(values: unknown): readonly WeakValue[] {
  return REPLICATED.flatMap(([name]): WeakValue[] => {
    const replicas = at(values, [name, 'replicaCount']);
    if (typeof replicas !== 'number' || replicas >= 2 || at(values, [name, 'enabled']) === false) return [];
    return [
      {
        key: [name, 'replicaCount'],
        what: `${name} has ${replicas} replica${replicas === 1 ? '' : 's'}`,
        why: 'with its machine it is away until it has been started on another one',
        tryThis: `Set ${name}.replicaCount to 2 or more, and spread them over machines.`,
      },
    ];
  });
}

function bundledServices(values: unknown): readonly WeakValue[] {
  const isDatabaseBundled = at(values, ['postgresql', 'enabled']) === true;
  const isOtherNamed = at(values, ['global', 'database', 'type']) === 'external';
  // Charts before 0.6x call the store so.
  const storage =
    at(values, ['global', 'storage', 'type']) ??
    at(values, ['global', 'state', 'storage', 'type']) ??
    at(values, ['global', 'logs', 'storage', 'type']) ??
    (at(values, ['minio', 'enabled']) === true ? 'minio' : undefined);
  return [
    ...(isDatabaseBundled
      ? [
          {
            key: ['postgresql', 'enabled'],
            what: isOtherNamed
              ? 'the database that comes with the chart is installed, though global.database names another'
              : 'the database is the one that comes with the chart',
            why: isOtherNamed
              ? 'charts before 2.0 use it then, and not the other one; later ones leave it idle beside the other'
              : 'it is one instance on one volume, without standby, backup or archive: it fails over to nothing',
            tryThis: isOtherNamed
              ? 'Set postgresql.enabled to false.'
              : 'Set postgresql.enabled to false and name a highly available database.',
          },
        ]
      : []),
    ...(typeof storage === 'string' && storage.toLowerCase() === 'minio'
      ? [
          {
            key: ['global', 'storage', 'type'],
            what: 'logs, states and outputs of workloads are kept in the Minio that comes with the chart',
            why: 'it is one instance on one volume; without it Airbyte 2.x cannot read what a sync came to',
            tryThis: 'Set global.storage.type to s3, gcs or azure.',
          },
        ]
      : []),
  ];
}

function temporal(values: unknown): readonly WeakValue[] {
  const replicas = at(values, ['temporal', 'replicaCount']);
  if (typeof replicas !== 'number' || replicas < 2) return [];
  return [
    {
      key: ['temporal', 'replicaCount'],
      what: `temporal has ${replicas} replicas`,
      why: 'each of them is a Temporal of its own: they form no cluster, and this is not supported (#71186)',
      tryThis: 'Leave it at 1 and measure its restart, or use a Temporal outside of the chart.',
    },
  ];
}

function detection({ merged, set, appVersion }: WeakValuesInput): readonly WeakValue[] {
  const version = versionOf(appVersion);
  if (version === undefined) return [];
  const hasText = (text: string): boolean => JSON.stringify([merged, set]).includes(text);
  // From 0.63 to 1.3 the monitor of workloads is there, and off unless it is asked for.
  if (version >= 63 && version < 10_400 && !hasText('WORKLOAD_MONITOR_ENABLED')) {
    return [
      {
        key: ['cron', 'extraEnv'],
        what: `nothing notices a dead job pod in Airbyte ${appVersion}`,
        why: 'the monitor of workloads is off by default from 0.63 to 1.3: a sync whose pod was killed stays running for ever (#45591, #48879)',
        tryThis: 'Set WORKLOAD_MONITOR_ENABLED to "true" in cron.extraEnv.',
      },
    ];
  }
  if (version >= 20_000 && !hasText('replication-command-falls-back-to-workload-status')) {
    return [
      {
        key: ['global', 'featureFlags', 'configfile'],
        what: `Airbyte ${appVersion} may call a sync succeeded that was never launched`,
        why: 'a workload that failed without an output counts as a success by default from 2.0 on (#85355)',
        tryThis: 'Set the flag platform.replication-command-falls-back-to-workload-status to true.',
      },
    ];
  }
  return [];
}

/** By the end of its name: `passwordSecretKey` and `existingSecret` name where a credential is, and are none. */
const CREDENTIAL = /(password|passwd|token|secretaccesskey|clientsecret|privatekey|credentialsjson|licensekey)$/i;

function credentials(values: unknown, key: Path = []): readonly WeakValue[] {
  if (isMap(values)) return Object.entries(values).flatMap(([name, below]) => credentials(below, [...key, name]));
  const name = key.at(-1) ?? '';
  if (typeof values !== 'string' || values === '' || !CREDENTIAL.test(name)) return [];
  return [
    {
      key,
      what: 'a credential is written out in the file',
      why: 'who reads the file has it, and a new cluster gets it only from here',
      tryThis: 'Keep it in a secret that the values name, and back that secret up.',
    },
  ];
}

/** `0.63.4` as 63, `1.4.0` as 10,400, `2.1.0` as 20,100: what is compared here are minor versions. */
function versionOf(text: string | undefined): number | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(text ?? '') ?? [];
  if (major === undefined || minor === undefined) return undefined;
  return major === '0' ? Number(minor) : Number(major) * 10_000 + Number(minor) * 100;
}

function at(values: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (isMap(value) ? value[key] : undefined), values);
}

/** As Helm lays the operator's values over the chart's own: maps are merged, everything else is replaced, and null takes a key away. */
export function mergeValues(defaults: unknown, set: unknown): unknown {
  if (!isMap(defaults) || !isMap(set)) return set === undefined ? defaults : set;
  const merged: Record<string, unknown> = { ...defaults };
  for (const [key, value] of Object.entries(set)) {
    if (value === null) delete merged[key];
    else merged[key] = mergeValues(defaults[key], value);
  }
  return merged;
}
