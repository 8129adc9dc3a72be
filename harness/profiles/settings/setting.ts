import type { ConfigMap } from '../objects/beside.ts';
import type { Container, VariableSource } from '../objects/container.ts';

/** What a container is given for a variable. */
export type Setting =
  | { readonly is: 'set'; readonly value: string }
  /** Not set, or set to nothing, which Airbyte's charts do where they mean the default. */
  | { readonly is: 'unset' }
  /** It may be set, and to what cannot be told. */
  | { readonly is: 'unknown'; readonly reason: string };

/** ConfigMaps that were read, by name; for one that could not be, why. */
export type ConfigMaps = ReadonlyMap<string, ConfigMap | { readonly unread: string }>;

export interface SettingsOf {
  readonly container: Container;
  readonly configMaps: ConfigMaps;
  readonly namespace: string;
}

/** As Kubernetes puts an environment together: `env` goes before `envFrom`, and of each the last one counts. */
export function readSetting(name: string, { container, configMaps, namespace }: SettingsOf): Setting {
  const own = container.variables.findLast((variable) => variable.name === name);
  if (own !== undefined) return valueFrom(own.source, { name, configMaps, namespace });
  let secret: string | undefined;
  for (const { kind, name: of, prefix } of container.variablesFrom.toReversed()) {
    if (!name.startsWith(prefix)) continue;
    if (kind === 'Secret') {
      secret ??= of;
      continue;
    }
    const found = inConfigMap(of, name.slice(prefix.length), configMaps);
    if (found.is !== 'unset') return found;
  }
  if (secret === undefined) return { is: 'unset' };
  return { is: 'unknown', reason: `${name} may come from Secret ${secret}, which is not read` };
}

function valueFrom(
  source: VariableSource,
  {
    name,
    configMaps,
    namespace,
  }: { readonly name: string; readonly configMaps: ConfigMaps; readonly namespace: string },
): Setting {
  switch (source.from) {
    case 'literal':
      return source.value === '' ? { is: 'unset' } : { is: 'set', value: source.value };
    case 'config-map':
      return inConfigMap(source.configMap, source.key, configMaps);
    case 'own-namespace':
      return { is: 'set', value: namespace };
    case 'secret':
      return { is: 'unknown', reason: `${name} comes from a Secret, which is not read` };
    case 'elsewhere':
      return { is: 'unknown', reason: `${name} is set to what is not read` };
    default:
      return source satisfies never;
  }
}

function inConfigMap(name: string, key: string, configMaps: ConfigMaps): Setting {
  const found = configMaps.get(name);
  if (found === undefined) return { is: 'unknown', reason: `there is no ConfigMap ${name}` };
  if ('unread' in found) return { is: 'unknown', reason: `ConfigMap ${name} could not be read: ${found.unread}` };
  const value = found.values[key];
  if (value !== undefined) return value === '' ? { is: 'unset' } : { is: 'set', value };
  return found.others.has(key)
    ? { is: 'unknown', reason: `${key} of ConfigMap ${name} holds what is not read` }
    : { is: 'unset' };
}
