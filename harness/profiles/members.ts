import type { Component } from './component.ts';
import type { Unmapped } from './discovered-system.ts';
import { addressedWorkloads, reachAddresses } from './external-services.ts';
import { identify } from './identify/identify.ts';
import { airbyteReleases, releaseOf } from './identify/releases.ts';
import type { NamespaceObjects } from './objects/namespace-objects.ts';
import type { Workload } from './objects/workload.ts';
import { systemSettings } from './settings/system-settings.ts';

/** A workload and what it was recognised as. */
export interface Member {
  readonly component: Component;
  readonly workload: Workload;
  readonly because: readonly string[];
  readonly despite: readonly string[];
}

export interface Sorted {
  /** By component, then by name. */
  readonly members: readonly Member[];
  readonly unclear: readonly Unmapped[];
  readonly aside: readonly string[];
  readonly foreign: readonly string[];
}

/** Tells components, what cannot be told, and what belongs to somebody else apart. */
export function sortMembers(objects: NamespaceObjects, release: string | undefined): Sorted {
  const first = membersAmong(objects.workloads, release);
  const addressed = addressedWorkloads(objects, systemSettings(objects, first));
  const own = new Set(first.map(({ workload }) => workload));
  const configMaps = new Set([...own].flatMap(({ containers }) => containers.flatMap((one) => one.configMaps)));
  const others = new Set(airbyteReleases(objects.workloads));
  const members: Member[] = [];
  const unclear: Unmapped[] = [];
  const aside: string[] = [];
  const foreign: string[] = [];
  for (const workload of objects.workloads) {
    const named = `${workload.kind}/${workload.name}`;
    const of = releaseOf(workload);
    const isUntold = of === undefined && release !== undefined;
    const tie = isUntold
      ? (sharedConfiguration(workload, configMaps) ?? usedAddress(workload, own, objects))
      : of !== release && !others.has(of)
        ? sharedConfiguration(workload, configMaps)
        : undefined;
    if (of !== release && tie === undefined) {
      foreign.push(of === undefined ? named : `${named} (release ${of})`);
      continue;
    }
    if (workload.hooks.includes('test') || workload.hooks.includes('test-success')) {
      aside.push(`${named} (a test of the chart)`);
      continue;
    }
    const identity = identify(workload, { release, addressed, tie });
    if (identity.is === 'component') {
      const { component, because, despite } = identity;
      members.push({ component, workload, because, despite });
    } else if (tie !== undefined && !isUntold) {
      foreign.push(`${named} (release ${of})`); // it uses settings of this release, and is no component of it
    } else if (identity.is === 'other' && (release === undefined || tie !== undefined)) {
      foreign.push(named); // it has no release label and is no component: whose it is nobody says
    } else {
      const reason = identity.is === 'unclear' ? identity.reason : 'nothing about it speaks for a component of Airbyte';
      unclear.push({ what: named, reason: release === undefined ? reason : `it is of the release, but ${reason}` });
    }
  }
  return { members: members.toSorted(byComponent), unclear, aside, foreign };
}

function membersAmong(workloads: readonly Workload[], release: string | undefined): readonly Member[] {
  return workloads.flatMap((workload) => {
    if (releaseOf(workload) !== release) return [];
    const identity = identify(workload, { release });
    return identity.is === 'component' ? [{ ...identity, workload }] : [];
  });
}

/**
 * A workload without any release label that takes its settings from the release's own ConfigMap was made by the same chart. So was one whose label names
 * what is no release of Airbyte: Argo CD writes the name of its Application over the label, but not over that of the pods.
 */
function sharedConfiguration(workload: Workload, configMaps: ReadonlySet<string>): string | undefined {
  const shared = workload.containers.flatMap((container) => container.configMaps).find((name) => configMaps.has(name));
  return shared === undefined ? undefined : `settings from ConfigMap ${shared} of the release`;
}

/** So was one that is given the address of a part of the release under the name that Airbyte's charts have for it. */
function usedAddress(workload: Workload, own: ReadonlySet<Workload>, objects: NamespaceObjects): string | undefined {
  const settings = systemSettings(objects, [{ component: 'server', workload }]);
  const led = reachAddresses(objects, settings).find(({ workloads }) => workloads.some((one) => own.has(one)));
  return led === undefined ? undefined : `${led.variable} leads to ${led.value} of the release`;
}

function byComponent(a: Member, b: Member): number {
  return a.component.localeCompare(b.component) || a.workload.name.localeCompare(b.workload.name);
}
