import type { Component } from './component.ts';
import type { Unmapped } from './discovered-system.ts';
import { addressedWorkloads } from './external-services.ts';
import { identify } from './identify/identify.ts';
import { releaseOf } from './identify/releases.ts';
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
  const configMaps = new Set(first.flatMap(({ workload }) => workload.containers.flatMap((one) => one.configMaps)));
  const members: Member[] = [];
  const unclear: Unmapped[] = [];
  const aside: string[] = [];
  const foreign: string[] = [];
  for (const workload of objects.workloads) {
    const named = `${workload.kind}/${workload.name}`;
    const tie = releaseOf(workload) === release ? undefined : sharedConfiguration(workload, configMaps);
    if (releaseOf(workload) !== release && tie === undefined) {
      const other = releaseOf(workload);
      foreign.push(other === undefined ? named : `${named} (release ${other})`);
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
    } else if (release === undefined && identity.is === 'other') {
      foreign.push(named); // nothing says that it belongs here: it merely has no release label either
    } else {
      const reason = identity.is === 'unclear' ? identity.reason : 'nothing about it speaks for a component of Airbyte';
      unclear.push({ what: named, reason: `it is of the release, but ${reason}` });
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

/** A workload without any release label that takes its settings from the release's own ConfigMap was made by the same chart. */
function sharedConfiguration(workload: Workload, configMaps: ReadonlySet<string>): string | undefined {
  if (releaseOf(workload) !== undefined) return undefined;
  const shared = workload.containers.flatMap((container) => container.configMaps).find((name) => configMaps.has(name));
  return shared === undefined ? undefined : `settings from ConfigMap ${shared} of the release`;
}

function byComponent(a: Member, b: Member): number {
  return a.component.localeCompare(b.component) || a.workload.name.localeCompare(b.workload.name);
}
