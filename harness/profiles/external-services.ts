import type { Component } from './component.ts';
import type { ExternalService } from './discovered-system.ts';
import type { Addressed } from './identify/evidence.ts';
import { SIGNATURES } from './identify/signatures.ts';
import type { Member } from './members.ts';
import type { Service } from './objects/beside.ts';
import { isSelected } from './objects/metadata.ts';
import type { NamespaceObjects } from './objects/namespace-objects.ts';
import type { Workload } from './objects/workload.ts';
import { SPOKESMEN, storeWithoutAddress } from './settings/object-store.ts';
import type { SystemSettings } from './settings/system-settings.ts';

const EXTERNAL = ['database', 'temporal', 'object-store'] as const;

/** Where an address in the environment of Airbyte's own components leads. */
export interface Address {
  /** What it is the address of. */
  readonly component: Component;
  readonly variable: string;
  readonly of: Component;
  readonly value: string;
  /** Whose names it may have: that of the objects that were read. */
  readonly namespace: string;
  /** Behind a Service of this namespace. */
  readonly workloads: readonly Workload[];
  /** What stands for it in this namespace. */
  readonly service: Service | undefined;
}

/** All addresses that are set, each looked up among the Services of the namespace. */
export function reachAddresses(objects: NamespaceObjects, settings: SystemSettings): readonly Address[] {
  const variables = SIGNATURES.flatMap(({ component, addressedBy = [] }) =>
    addressedBy.map((variable) => ({ component, variable })),
  );
  return variables.flatMap(({ component, variable }): Address[] => {
    const said = settings.first(SPOKESMEN, variable);
    if (said === undefined) return [];
    const service = serviceOf(said.value, objects);
    const workloads =
      service === undefined ? [] : objects.workloads.filter(({ podLabels }) => isSelected(podLabels, service.selector));
    return [
      { component, variable, of: said.component, value: said.value, namespace: objects.namespace, workloads, service },
    ];
  });
}

/** The same by workload, for those who tell workloads apart. */
export function addressedWorkloads(objects: NamespaceObjects, settings: SystemSettings): Addressed {
  const found = new Map<Workload, string[]>();
  for (const { variable, workloads } of reachAddresses(objects, settings)) {
    for (const workload of workloads) found.set(workload, [...(found.get(workload) ?? []), variable]);
  }
  return found;
}

/** What the system uses and none of its members is. */
export function findExternal(
  addresses: readonly Address[],
  members: readonly Member[],
  settings: SystemSettings,
): readonly ExternalService[] {
  if (isDataPlane(members)) return [CONTROL_PLANE];
  const isCloud = settings.first(SPOKESMEN, 'TEMPORAL_CLOUD_ENABLED')?.value.toLowerCase() === 'true';
  const found = EXTERNAL.flatMap((what): ExternalService[] => {
    const address = addresses.find(({ component }) => component === what);
    if (address === undefined || members.some(({ workload }) => address.workloads.includes(workload))) return [];
    const where = what === 'temporal' && isCloud ? 'Temporal Cloud' : whereIs(address);
    return [{ what, address: address.value, where, because: `${address.variable} of the ${address.of}` }];
  });
  const store = storeWithoutAddress(settings);
  return store === undefined ? found : [...found.filter(({ what }) => what !== 'object-store'), store];
}

/** The chart of a data plane installs a launcher alone: all else is where the control plane is. */
export function isDataPlane(members: readonly Member[]): boolean {
  return members.length > 0 && members.every(({ component }) => component === 'workload-launcher');
}

const CONTROL_PLANE: ExternalService = {
  what: 'control-plane',
  address: undefined,
  where: 'elsewhere: this is a data plane, which is a launcher alone',
  because: 'no other component is in the release',
};

function whereIs({ value, namespace, workloads, service }: Address): string {
  const [workload] = workloads;
  if (workload !== undefined) return `${workload.kind}/${workload.name} in this namespace, outside of the release`;
  if (service?.externalName !== undefined)
    return `behind Service ${service.name}, which stands for ${service.externalName}`;
  if (service !== undefined)
    return `behind Service ${service.name} of this namespace, which selects no workload that was read`;
  const [host = ''] = value.split(':');
  const [, within, svc] = host.split('.');
  if (within === undefined || (within === namespace && (svc === undefined || svc === 'svc')))
    return 'not found: there is no such Service in this namespace';
  if (svc === 'svc') return `in namespace ${within} of this cluster`;
  // `postgres.data` is as good a Service as it is a host of a domain.
  return svc === undefined
    ? `not found: ${within} may be another namespace here, or a domain`
    : 'outside of the cluster';
}

function serviceOf(address: string, { namespace, services }: NamespaceObjects): Service | undefined {
  const [host = ''] = address.split(':');
  const [name, within, svc] = host.split('.');
  const isHere = within === undefined || (within === namespace && (svc === undefined || svc === 'svc'));
  return isHere ? services.find((service) => service.name === name) : undefined;
}
