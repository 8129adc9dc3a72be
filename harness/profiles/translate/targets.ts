import type { Component } from '../component.ts';
import type { DiscoveredSystem, MappedComponent } from '../discovered-system.ts';
import { isAtLeast } from '../version.ts';
import { afterJobPod, afterRestart, afterWorker, warningFor } from './expected-times.ts';
import type { ExpectedTime, ScenarioToTranslate, Target } from './translation.ts';

/** What is expected of each component's loss (facts: airbyte.md, section 3.5). */
export function targetsOf(
  components: readonly (Component | 'job-pod')[],
  system: DiscoveredSystem,
  scenario: ScenarioToTranslate,
): readonly Target[] {
  return components.flatMap((component): Target[] => {
    if (component === 'job-pod') return [jobPodTarget(system, scenario)];
    return system.components
      .filter((mapped) => mapped.component === component && !mapped.isOneOff)
      .map((mapped) => targetOf(mapped, system, scenario));
  });
}

function jobPodTarget(system: DiscoveredSystem, scenario: ScenarioToTranslate): Target {
  const recovery = afterJobPod(system);
  return {
    component: 'job-pod',
    workload: undefined,
    selector: { airbyte: 'job-pod' },
    outcome: jobPodOutcome(system),
    recovery,
    warning: warningFor(recovery, scenario),
  };
}

function jobPodOutcome({ monitor, appVersion }: DiscoveredSystem): string {
  if (monitor.is === 'off') return 'The sync hangs: it stays running until somebody cancels it.';
  if (monitor.is === 'none') return 'The worker sees that its pod is gone; the attempt fails and is retried.';
  const retried = 'The attempt fails once its heartbeats are overdue, and is retried from the last committed state.';
  return isAtLeast(appVersion, '2.0') === true
    ? `${retried} Airbyte from 2.0 on may instead write it down as succeeded, without its records and without an alert: status alone proves nothing.`
    : retried;
}

function targetOf(mapped: MappedComponent, system: DiscoveredSystem, scenario: ScenarioToTranslate): Target {
  const recovery = recoveryOf(mapped, system);
  return {
    component: mapped.component,
    workload: `${mapped.workload.kind}/${mapped.workload.name}`,
    selector: mapped.selector,
    outcome: outcomeOf(mapped, system),
    recovery,
    warning: warningFor(recovery, scenario),
  };
}

function recoveryOf(mapped: MappedComponent, system: DiscoveredSystem): ExpectedTime {
  return mapped.component === 'worker' ? afterWorker(system, mapped) : afterRestart(mapped);
}

function outcomeOf(mapped: MappedComponent, system: DiscoveredSystem): string {
  const alone = mapped.replicas.wanted < 2 ? ' It runs once: until it is back there is none.' : '';
  switch (mapped.component) {
    case 'worker':
      return workerOutcome(system);
    case 'workload-launcher':
      return `Running syncs go on; new ones wait until it is back, which then takes up what it had claimed.${alone}`;
    case 'workload-api-server':
      return `Running syncs bear it for as long as job pods do without an answer (${giveUpOf(system)}); none starts or ends in that time.${alone}`;
    case 'server':
      return alone === ''
        ? 'The other servers answer; running syncs go on, and workers repeat what they had asked this one.'
        : `The API is down for its restart; running syncs go on, and workers repeat what they ask it.${alone}`;
    case 'temporal':
      return 'Nothing is scheduled, started or cancelled until it is back; data of running syncs goes on moving. Timers that came due fire then.';
    case 'database':
      return `Everything that reads or writes configuration or jobs waits; job pods bear it for ${giveUpOf(system)}. ${replicationOf(mapped)}`;
    case 'object-store':
      return 'Logs, states and outputs of syncs can be neither stored nor read until it is back.';
    case 'scheduler':
      return 'No scheduled sync starts until it is back; at its start it cancels every job that is marked as running.';
    case 'cron':
      return 'Schedules go on; what notices lost job pods and heals workflows is away until it is back.';
    case 'webapp':
      return 'There is no web page until it is back; API and syncs go on.';
    default:
      return `Nothing but what it does itself is known to depend on it.${alone}`;
  }
}

function workerOutcome({ jobPods, monitor }: DiscoveredSystem): string {
  const goesOn =
    monitor.is === 'none'
      ? 'A running sync goes on in its own pods, and the new worker finds it again.'
      : 'A running sync goes on in its own pod; its workflow goes on when another worker, or the new one, has taken over.';
  const fails = 'The pods of a running sync end themselves without their worker; the attempt fails and is retried.';
  if (jobPods.outliveWorker === undefined) {
    return `It cannot be told whether the container orchestrator is on. With it: ${goesOn} Without: ${fails}`;
  }
  return jobPods.outliveWorker ? goesOn : fails;
}

function giveUpOf({ timers }: DiscoveredSystem): string {
  const found = timers.find(({ id }) => id === 'workload-heartbeat-give-up');
  return found === undefined ? 'a time that is not known for this version' : `${found.seconds.high} s`;
}

/** Several replicas of a StatefulSet are no proof of replication; one is proof that there is none. */
function replicationOf({ replicas }: MappedComponent): string {
  return replicas.wanted < 2
    ? 'It runs once: there is nothing to fail over to, only a restart.'
    : `${replicas.wanted} instances are wanted; whether they replicate cannot be told from here.`;
}
