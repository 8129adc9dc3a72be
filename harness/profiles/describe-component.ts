import type { MappedComponent } from './discovered-system.ts';
import type { Member } from './members.ts';
import { isSelected } from './objects/metadata.ts';
import type { NamespaceObjects } from './objects/namespace-objects.ts';
import type { Workload } from './objects/workload.ts';

/** Everything about a component that stands in other objects than its workload. */
export function describeComponent(member: Member, objects: NamespaceObjects): MappedComponent {
  const { component, workload, because, despite } = member;
  const { kind, name, podLabels, selector } = workload;
  const phases = objects.pods.flatMap(({ labels, phase }) => (isSelected(labels, selector) ? [phase] : []));
  const services = objects.services.filter((service) => isSelected(podLabels, service.selector));
  const autoscaler = objects.autoscalers.find((one) => one.targetKind === kind && one.targetName === name);
  const budget = objects.budgets.find(({ selects }) => selects(podLabels));
  return {
    component,
    workload: { kind, name },
    because,
    despite,
    selector,
    replicas: { wanted: workload.wanted, ready: workload.ready },
    pods: count(phases),
    isOneOff: workload.isOneOff,
    containers: workload.containers.map(({ name: of, image, ports }) => ({
      name: of,
      image,
      ports: ports.map(({ port }) => port),
    })),
    probes: workload.containers.flatMap(({ name: container, probes }) =>
      probes.map((probe) => ({ ...probe, container })),
    ),
    strategy: workload.strategy,
    minReadySeconds: workload.minReadySeconds,
    endpoints: services.flatMap((service) =>
      service.ports.map(({ port, target }) => endpoint(`${service.name}:${port}`, port, numberOf(target, workload))),
    ),
    autoscaler:
      autoscaler === undefined ? undefined : { name: autoscaler.name, min: autoscaler.min, max: autoscaler.max },
    budget: budget === undefined ? undefined : { name: budget.name, allows: budget.allows },
  };
}

/** `airbyte-temporal:7233`, `api:8001→8007` where the container listens on another port. */
function endpoint(address: string, port: number, target: string): string {
  return target === String(port) ? address : `${address}→${target}`;
}

/** Services may name a port of the container. */
function numberOf(target: string, { containers }: Workload): string {
  const named = containers.flatMap(({ ports }) => ports).find(({ name }) => name === target);
  return named === undefined ? target : String(named.port);
}

export function count(values: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
