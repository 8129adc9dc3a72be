/** What it means to cut a pod off from the network, on a system that was found. */
import { CUT_SECONDS } from '../../core/fault-tools.ts';
import type { Component } from '../component.ts';
import type { DiscoveredSystem, MappedComponent } from '../discovered-system.ts';
import { START_OF_SERVICE, sum, warningFor } from './expected-times.ts';
import type { ExpectedTime, ScenarioToTranslate, Target, Translation } from './translation.ts';

/**
 * What runs syncs, or has them run. The pod of a sync itself is none of them: nothing asks it over the network how it is, so that nothing of a cut would be seen
 * from outside.
 */
const PARTITIONED = ['worker', 'workload-launcher', 'workload-api-server'] as const satisfies readonly Component[];

type PartitionAnswer = Pick<Translation, 'can' | 'because' | 'takesAway'> & {
  readonly components: readonly Component[];
};

/** Whether a pod can be cut off there: by Chaos Mesh, and by nothing else. */
export function answerPartition({ faultTools: { chaosMesh, litmus }, components }: DiscoveredSystem): PartitionAnswer {
  const there = PARTITIONED.filter((part) =>
    components.some(({ component, isOneOff }) => component === part && !isOneOff),
  );
  const not = (can: 'conditional' | 'no', because: string): PartitionAnswer => ({
    can,
    because,
    takesAway: 'nothing',
    components: there,
  });
  if (chaosMesh === 'unknown')
    return not('conditional', 'it needs Chaos Mesh in the cluster, which was not looked for, or may not be');
  if (chaosMesh === 'absent') {
    return not(
      'no',
      litmus === 'there'
        ? 'it needs Chaos Mesh in the cluster: LitmusChaos is there, whose network faults the harness does not use, and Chaos Mesh is not'
        : 'it needs Chaos Mesh in the cluster (its API chaos-mesh.org/v1alpha1, networkchaos), and the API server serves none',
    );
  }
  if (there.length === 0) return not('no', `none of these was found: ${PARTITIONED.join(', ')}`);
  return {
    can: 'yes',
    takesAway: 'one',
    because: 'Chaos Mesh is there, and cuts one pod off where allow.chaosMesh says that it may',
    components: there,
  };
}

/** What is expected of a component of which one pod is cut off. */
export function partitionTarget(mapped: MappedComponent, scenario: ScenarioToTranslate): Target {
  const recovery = afterCut(mapped);
  return {
    component: mapped.component,
    workload: `${mapped.workload.kind}/${mapped.workload.name}`,
    selector: mapped.selector,
    outcome: outcomeOf(mapped),
    recovery,
    warning: blindness(mapped) ?? warningFor(recovery, scenario),
  };
}

/** Probes that have to get through the network; a program in the container is started past it. */
function askedOverNetwork({ probes }: MappedComponent, kind: 'readiness' | 'liveness'): number | undefined {
  const asked = probes.filter((probe) => probe.kind === kind && probe.asks !== 'exec');
  const soonest = asked.map(
    ({ periodSeconds, timeoutSeconds, failureThreshold }) => periodSeconds * failureThreshold + timeoutSeconds,
  );
  return soonest.length === 0 ? undefined : Math.min(...soonest);
}

function outcomeOf(mapped: MappedComponent): string {
  const called = askedOverNetwork(mapped, 'readiness');
  const restarted = askedOverNetwork(mapped, 'liveness');
  const alone = mapped.replicas.wanted < 2 ? ' It runs once: until the cut is over there is no other.' : '';
  return (
    [
      'It runs on and reaches nobody; to all others it is dead, and what it was at is done elsewhere or again.',
      called === undefined ? 'Nothing calls it not ready.' : `It is called not ready after ${called} s at the latest.`,
      ...(restarted === undefined ? [] : [`A cut of more than ${restarted} s has it started again in its place.`]),
    ].join(' ') + alone
  );
}

/** Why nothing could be concluded from a run, said before it. */
function blindness(mapped: MappedComponent): string | undefined {
  const called = askedOverNetwork(mapped, 'readiness');
  if (called === undefined)
    return 'No readiness probe of it goes over the network, so nothing of a cut is seen from outside: the verdict will be unknown.';
  if (called < CUT_SECONDS) return undefined;
  return `A cut of ${CUT_SECONDS} s may be over before its readiness probe has failed (${called} s): --set cutSeconds=${called * 2}`;
}

/** From the end of the cut on. */
function afterCut(mapped: MappedComponent): ExpectedTime {
  const readiness = mapped.probes.find(({ kind, asks }) => kind === 'readiness' && asks !== 'exec');
  if (readiness === undefined)
    return {
      is: 'unknown',
      because: 'nothing calls it not ready while it is cut off, so nothing shows that it is back',
    };
  const asked = { low: 0, high: readiness.periodSeconds + readiness.timeoutSeconds };
  const restarted = askedOverNetwork(mapped, 'liveness') ?? Infinity;
  return sum([
    { what: 'its readiness probe', seconds: asked },
    ...(restarted < CUT_SECONDS
      ? [
          {
            what: 'its start, where it was started again meanwhile (estimate)',
            seconds: { low: 0, high: START_OF_SERVICE.high },
          },
        ]
      : []),
  ]);
}
