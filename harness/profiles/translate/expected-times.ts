import type { DiscoveredSystem, MappedComponent, Timer } from '../discovered-system.ts';
import type { ExpectedTime, ScenarioToTranslate, TimePart } from './translation.ts';

/**
 * Start of a pod whose image is there, and Airbyte's checks of source and destination before data moves, in seconds. An estimate: with it the sums are the
 * 10 to 13 min that facts/airbyte.md, section 3.3, calls nominal for the loss of a job pod.
 */
const START_OF_JOB = { what: 'checks, and the start of a new job pod (estimate)', seconds: { low: 10, high: 110 } };
/** A process that is started again in its pod, or a pod whose image is there, until its first answer; JVMs of Airbyte take most of it. An estimate, in seconds. */
export const START_OF_SERVICE = { low: 5, high: 90 };

export function sum(parts: readonly TimePart[], unless: readonly string[] = []): ExpectedTime {
  const total = (pick: (part: TimePart) => number): number => parts.reduce((all, part) => all + pick(part), 0);
  return {
    is: 'bounded',
    seconds: { low: total((one) => one.seconds.low), high: total((one) => one.seconds.high) },
    parts,
    unless,
  };
}

/** From the loss of a job pod until its successor moves data. */
export function afterJobPod(system: DiscoveredSystem): ExpectedTime {
  const { monitor, retry } = system;
  if (monitor.is === 'off')
    return { is: 'never', because: `nothing notices that a job pod is gone: ${monitor.because}` };
  if (monitor.is === 'unknown') return { is: 'unknown', because: monitor.because };
  if (monitor.is === 'none') {
    return {
      is: 'unknown',
      because: 'the worker itself watches its pods; how soon it notices is not known for this version',
    };
  }
  const detection = ['workload-deadline', 'workload-monitor-tick'].flatMap((id) => partOf(timer(system, id)));
  const wait = retry.policy?.kind === 'airbyte' ? retry.policy.minSeconds : undefined;
  const backOff =
    wait === undefined
      ? []
      : [
          {
            what: 'the wait before the retry, where the attempt had committed nothing',
            seconds: { low: 0, high: wait },
          },
        ];
  const fallback = timer(system, 'workload-signal-fallback');
  const unless = [
    ...(wait === undefined ? ['the wait before the retry, which cannot be told, is added'] : []),
    ...(fallback === undefined
      ? []
      : [`the signal that the workload has ended is lost: then up to ${minutes(fallback.seconds.high)} more`]),
  ];
  return sum([...detection, ...backOff, START_OF_JOB], unless);
}

/** From the loss of a worker until another one goes on with its activities; where there is no other, it has to be started in the meantime. */
export function afterWorker(system: DiscoveredSystem, { replicas }: MappedComponent): ExpectedTime {
  const parts = ['activity-heartbeat', 'activity-retry'].flatMap((id) => partOf(timer(system, id)));
  if (parts.length === 0) return { is: 'unknown', because: 'the version of Airbyte is not known' };
  const noticed = parts.reduce((all, { seconds }) => all + seconds.high, 0);
  const beyond = Math.max(0, START_OF_SERVICE.high - noticed);
  const start = {
    what: 'what the start of a new worker takes beyond that (estimate)',
    seconds: { low: 0, high: beyond },
  };
  return sum(replicas.wanted > 1 ? parts : [...parts, start]);
}

/** From the loss of all instances of a service until it answers again: nothing but its restart. */
export function afterRestart({ probes }: MappedComponent): ExpectedTime {
  const readiness = probes.find(({ kind }) => kind === 'readiness');
  const start = { what: 'the start of another (estimate)', seconds: START_OF_SERVICE };
  if (readiness === undefined) return sum([start]);
  const { initialDelaySeconds, periodSeconds } = readiness;
  const ready = { low: initialDelaySeconds, high: initialDelaySeconds + periodSeconds };
  return sum([start, { what: 'its readiness probe', seconds: ready }]);
}

/** The documented objective held against what the timers allow, said before a run. Undefined where it can be met, or where nothing is known. */
export function warningFor(recovery: ExpectedTime, { objective }: ScenarioToTranslate): string | undefined {
  if (objective === undefined) return undefined;
  const limit = `The objective of ${minutes(objective.recoverySeconds)} (${objective.source})`;
  switch (recovery.is) {
    case 'unknown':
      return undefined;
    case 'never':
      return `${limit} cannot be met: ${recovery.because}.`;
    case 'bounded': {
      const { low, high } = recovery.seconds;
      if (high <= objective.recoverySeconds) return undefined;
      const verb =
        low > objective.recoverySeconds ? 'cannot be met with these settings' : 'may not be met with these settings';
      return `${limit} ${verb}: ${span({ low, high })} are expected.`;
    }
    default:
      return recovery satisfies never;
  }
}

/** `30 s`, `30–60 s`, `10–13 min`. */
export function span({ low, high }: { readonly low: number; readonly high: number }): string {
  if (low === high) return minutes(low);
  if (high < 120) return `${low}–${high} s`;
  return low < 60 ? `${low} s to ${minutes(high)}` : `${tenths(low / 60)}–${tenths(high / 60)} min`;
}

function minutes(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${tenths(seconds / 60)} min`;
}

function tenths(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function timer({ timers }: DiscoveredSystem, id: string): Timer | undefined {
  return timers.find((one) => one.id === id);
}

function partOf(found: Timer | undefined): readonly TimePart[] {
  return found === undefined ? [] : [{ what: found.what, seconds: found.seconds }];
}
