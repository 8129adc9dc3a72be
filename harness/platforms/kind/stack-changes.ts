import { ChaosError } from '../../core/errors.ts';
import type { DeployOptions } from './deploy-stack.ts';

/** What is changed in a kustomization of `fixtures/kubernetes`, by its path: fields of a kustomization of its own. */
export type StackChanges = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const AIRBYTE = 'overlays/small/airbyte';
const LOG_BUCKET = 'airbyte-logs';
/** Name and key of the object store beside the clusters (fixtures/kubernetes/images/object-store). */
const OBJECT_STORE_LOGIN = { accessKey: 'airbyte', secretKey: 'airbyte-secret' } as const;

/**
 * Turns settings and weaknesses into changes of the manifests.
 * @throws ChaosError `config` for a setting that the stack on Kubernetes does not have.
 */
export function stackChanges({
  settings,
  weaknesses,
  objectStore,
}: Pick<DeployOptions, 'settings' | 'weaknesses' | 'objectStore'>): StackChanges {
  const environment: Record<string, string> = {
    WEAKNESSES: weaknesses.join(','),
    OBJECT_STORE_ENDPOINT: `http://${objectStore.host}:${objectStore.port}`,
    OBJECT_STORE_ACCESS_KEY: OBJECT_STORE_LOGIN.accessKey,
    OBJECT_STORE_SECRET_KEY: OBJECT_STORE_LOGIN.secretKey,
    OBJECT_STORE_BUCKET: LOG_BUCKET,
  };
  const replicas: { name: string; count: number }[] = [];
  for (const [key, value] of Object.entries(settings)) {
    const [kind, component = ''] = key.split('.', 2);
    if (/^[A-Z][A-Z0-9_]*$/.test(key)) environment[key] = value;
    else if (kind === 'replicas') replicas.push({ name: component, count: Number(value) });
    else throw unknownSetting(key);
  }
  const literals = Object.entries(environment).map(([key, value]) => `${key}=${value}`);
  return {
    [AIRBYTE]: { configMapGenerator: [{ name: 'airbyte', behavior: 'merge', literals }], replicas },
  };
}

function unknownSetting(key: string): ChaosError {
  return new ChaosError({
    code: 'config',
    message: `The stack on Kubernetes has no setting ${key}.`,
    tryThis: 'Known ones: replicas.COMPONENT; names in capitals are passed on to the reference processes.',
  });
}
