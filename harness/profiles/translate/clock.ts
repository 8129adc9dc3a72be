/** What it means to tell a pod a wrong time, on a system that was found. */
import type { Component } from '../component.ts';
import type { DiscoveredSystem, MappedComponent } from '../discovered-system.ts';
import { sum, warningFor } from './expected-times.ts';
import type { ScenarioToTranslate, Target, Translation } from './translation.ts';

/** What tells the time with each of its answers: of nothing else would a wrong one be seen from outside. */
const TELLS_TIME = 'server' as const satisfies Component;

type ClockAnswer = Pick<Translation, 'can' | 'because' | 'takesAway'> & { readonly components: readonly Component[] };

/** Whether a pod can be told a wrong time there: by Chaos Mesh, and by nothing else. */
export function answerClock({ faultTools: { chaosMeshClocks }, components }: DiscoveredSystem): ClockAnswer {
  const isThere = components.some(({ component, isOneOff }) => component === TELLS_TIME && !isOneOff);
  const not = (can: 'conditional' | 'no', because: string): ClockAnswer => ({
    can,
    because,
    takesAway: 'nothing',
    components: isThere ? [TELLS_TIME] : [],
  });
  if (chaosMeshClocks === 'unknown')
    return not('conditional', 'it needs Chaos Mesh in the cluster, which was not looked for, or may not be');
  if (chaosMeshClocks === 'absent') {
    return not(
      'no',
      'it needs Chaos Mesh in the cluster (its API chaos-mesh.org/v1alpha1, timechaos), and the API server serves none',
    );
  }
  if (!isThere) return not('no', `no ${TELLS_TIME} was found, and nothing else tells the time`);
  return {
    can: 'yes',
    takesAway: 'one',
    because: `Chaos Mesh is there, and tells one pod of the ${TELLS_TIME} a wrong time where allow.chaosMesh says that it may`,
    components: [TELLS_TIME],
  };
}

/** What is expected of the component of which one pod is told a wrong time. */
export function clockTarget(mapped: MappedComponent, scenario: ScenarioToTranslate): Target {
  const wanted = mapped.replicas.wanted;
  const recovery = sum([{ what: 'the next answer after the clock is right', seconds: { low: 0, high: 2 } }]);
  return {
    component: mapped.component,
    workload: `${mapped.workload.kind}/${mapped.workload.name}`,
    selector: mapped.selector,
    outcome: [
      'It runs on and goes by a wrong time: tokens that it issues or checks expire early or late, and jobs that it makes bear that time.',
      wanted < 2
        ? 'It runs once: every answer is wrong.'
        : `Of its ${wanted} instances one is wrong, so that answers differ.`,
    ].join(' '),
    recovery,
    warning: warningFor(recovery, scenario),
  };
}
