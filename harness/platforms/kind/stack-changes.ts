import { ChaosError } from '../../core/errors.ts';
import type { Endpoint } from '../../core/platform.ts';
import type { BackupLocation, RestoreTarget } from '../../core/site.ts';
import { PATRONI_SETTINGS } from './patroni-settings.ts';
import { sortWeaknesses } from './weaknesses.ts';

/** What is changed in a kustomization of `fixtures/kubernetes`, by its path: fields of a kustomization of its own. */
export type StackChanges = Readonly<Record<string, KustomizationChange>>;

interface KustomizationChange {
  /** Kustomize components, in `fixtures/kubernetes`. */
  readonly components?: readonly string[];
  readonly configMapGenerator?: readonly object[];
  readonly secretGenerator?: readonly object[];
  readonly replicas?: readonly { readonly name: string; readonly count: number }[];
}

/** What a stack on Kubernetes is asked to be. */
export interface StackWish {
  /** As `--set` has it. */
  readonly settings: Readonly<Record<string, string>>;
  readonly weaknesses: readonly string[];
  /** Where the object store beside the cluster is. */
  readonly objectStore: Endpoint;
}

const AIRBYTE = 'overlays/small/airbyte';
const LOG_BUCKET = 'airbyte-logs';
/** Name and key of the object store beside the clusters (fixtures/kubernetes/images/object-store). */
const OBJECT_STORE_LOGIN = { accessKey: 'airbyte', secretKey: 'airbyte-secret' } as const;
/** Where the stack keeps its backups; the bucket is made with the object store. */
export const BACKUPS: BackupLocation = { bucket: 'airbyte-backups', server: 'airbyte', ...OBJECT_STORE_LOGIN };
/** A write can be lost for about this long when the whole site is, as on the local platform. */
const ARCHIVE_TIMEOUT_SECONDS = 5;

/** True where the stack is asked to take backups. @throws ChaosError `config` for a value that is neither on nor off. */
export function hasBackups({ backups = 'off' }: StackWish['settings']): boolean {
  if (backups === 'on' || backups === 'off') return backups === 'on';
  throw new ChaosError({ code: 'config', message: `backups must be on or off, not "${backups}".` });
}

/**
 * Turns settings and weaknesses into changes of the manifests.
 * @throws ChaosError `config` for a setting that the stack on Kubernetes does not have, or a value that it cannot have.
 */
export function stackChanges(wish: StackWish): StackChanges {
  const { settings, weaknesses, objectStore } = wish;
  const { ofManifests, ofProcesses } = sortWeaknesses(weaknesses);
  const environment: Record<string, string> = {
    WEAKNESSES: ofProcesses.join(','),
    ...objectStoreEnvironment(objectStore),
    OBJECT_STORE_BUCKET: LOG_BUCKET,
  };
  const replicas: { name: string; count: number }[] = [];
  for (const [key, value] of Object.entries(settings)) {
    const [kind, component = ''] = key.split('.', 2);
    if (/^[A-Z][A-Z0-9_]*$/.test(key)) environment[key] = value;
    else if (kind === 'replicas') replicas.push({ name: component, count: Number(value) });
    else if (key !== 'backups' && key !== 'archiveTimeoutSeconds' && !PATRONI_SETTINGS.has(key))
      throw unknownSetting(key);
  }
  return {
    [AIRBYTE]: {
      ...(ofManifests.length === 0 ? {} : { components: ofManifests }),
      configMapGenerator: [{ name: 'airbyte', behavior: 'merge', literals: literalsOf(environment) }],
      replicas,
    },
    ...(hasBackups(settings) ? backupChanges(wish) : {}),
  };
}

/** The name of the first member alone: the others are cloned from it. */
export function firstNodeOnly(changes: StackChanges): StackChanges {
  return withChange(changes, 'overlays/small/database', { replicas: [{ name: 'patroni', count: 1 }] });
}

/** What the job that restores is asked for. */
export function restoreChanges(changes: StackChanges, target: RestoreTarget): StackChanges {
  const literals = [`RESTORE_REQUEST=${JSON.stringify(target)}`];
  return withChange(changes, 'base/restore', { configMapGenerator: [{ name: 'restore', literals }] });
}

function withChange(changes: StackChanges, manifests: string, change: KustomizationChange): StackChanges {
  return { ...changes, [manifests]: { ...changes[manifests], ...change } };
}

function backupChanges({ settings, weaknesses, objectStore }: StackWish): StackChanges {
  const environment = {
    ...objectStoreEnvironment(objectStore),
    BACKUP_BUCKET: BACKUPS.bucket,
    BARMAN_SERVER: BACKUPS.server,
    WEAKNESSES: sortWeaknesses(weaknesses).ofProcesses.join(','),
    // The same in the names of barman's programs, which look in more places for them.
    AWS_ACCESS_KEY_ID: OBJECT_STORE_LOGIN.accessKey,
    AWS_SECRET_ACCESS_KEY: OBJECT_STORE_LOGIN.secretKey,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const secretGenerator = [{ name: 'backup-store', literals: literalsOf(environment) }];
  const parameters = { archive_timeout: `${archiveTimeoutSeconds(settings)}s` };
  const timeout = `archive-timeout.yaml=${JSON.stringify({ postgresql: { parameters } })}`;
  return {
    'overlays/small/database': {
      components: ['components/backups'],
      secretGenerator,
      configMapGenerator: [{ name: 'patroni', behavior: 'merge', literals: [timeout] }],
    },
    'overlays/small/backup': { secretGenerator },
    'base/restore': { secretGenerator },
  };
}

function archiveTimeoutSeconds({ archiveTimeoutSeconds: given }: StackWish['settings']): number {
  const seconds = given === undefined ? ARCHIVE_TIMEOUT_SECONDS : Number(given);
  if (Number.isInteger(seconds) && seconds >= 1) return seconds;
  const message = `archiveTimeoutSeconds must be a whole number of seconds from 1, not "${given}".`;
  throw new ChaosError({ code: 'config', message });
}

function objectStoreEnvironment({ host, port }: Endpoint): Readonly<Record<string, string>> {
  return {
    OBJECT_STORE_ENDPOINT: `http://${host}:${port}`,
    OBJECT_STORE_ACCESS_KEY: OBJECT_STORE_LOGIN.accessKey,
    OBJECT_STORE_SECRET_KEY: OBJECT_STORE_LOGIN.secretKey,
  };
}

function literalsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(environment).map(([key, value]) => `${key}=${value}`);
}

function unknownSetting(key: string): ChaosError {
  return new ChaosError({
    code: 'config',
    message: `The stack on Kubernetes has no setting ${key}.`,
    tryThis:
      'Known ones: backups, archiveTimeoutSeconds, patroni.synchronousMode, patroni.failsafeMode, replicas.COMPONENT; names in capitals are passed on to the reference processes.',
  });
}
