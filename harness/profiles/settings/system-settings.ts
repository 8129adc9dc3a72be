import type { Component } from '../component.ts';
import type { Member } from '../members.ts';
import type { ConfigMap } from '../objects/beside.ts';
import type { NamespaceObjects } from '../objects/namespace-objects.ts';
import { readSetting, type ConfigMaps, type Setting } from './setting.ts';

/** What the components of a system are configured with. */
export interface SystemSettings {
  /** As the main container of the first workload of the component has it; unset where there is no such component. */
  of(component: Component, name: string): Setting;
  /** The first of these components that has it set, with whose it is. */
  first(
    components: readonly Component[],
    name: string,
  ): { readonly component: Component; readonly value: string } | undefined;
}

/** @param members of which the settings are asked for */
export function systemSettings(
  objects: NamespaceObjects,
  members: readonly Pick<Member, 'component' | 'workload'>[],
): SystemSettings {
  const configMaps = readConfigMaps(objects, members);
  function of(component: Component, name: string): Setting {
    const containers = members.find((member) => member.component === component)?.workload.containers ?? [];
    let unknown: Setting | undefined;
    for (const container of containers) {
      const setting = readSetting(name, { container, configMaps, namespace: objects.namespace });
      if (setting.is === 'set') return setting;
      if (setting.is === 'unknown') unknown ??= setting;
    }
    return unknown ?? { is: 'unset' };
  }
  return {
    of,
    first(components, name) {
      for (const component of components) {
        const setting = of(component, name);
        if (setting.is === 'set') return { component, value: setting.value };
      }
      return undefined;
    },
  };
}

/** A ConfigMap that may not be listed is one that could not be read; one that is not there is not there. */
function readConfigMaps(objects: NamespaceObjects, members: readonly Pick<Member, 'workload'>[]): ConfigMaps {
  const known = new Map<string, ConfigMap | { readonly unread: string }>(
    objects.configMaps.map((one) => [one.name, one]),
  );
  const why = objects.unlisted.get('ConfigMap');
  if (why === undefined) return known;
  for (const { workload } of members) {
    for (const name of workload.containers.flatMap(({ configMaps }) => configMaps)) {
      if (!known.has(name)) known.set(name, { unread: why });
    }
  }
  return known;
}
