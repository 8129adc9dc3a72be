import type { DiscoveredSystem, Timer } from '../discovered-system.ts';
import type { VersionFound } from '../generation.ts';
import { isAtLeast } from '../version.ts';
import type { SystemSettings } from './system-settings.ts';

/**
 * The times that bound how soon the loss of a part is noticed and answered, for this version and these settings, in seconds (facts: airbyte.md,
 * section 3.3). Which of them a failure passes through is said by its translation.
 */
export function findTimers(
  { generation, appVersion }: VersionFound,
  monitor: DiscoveredSystem['monitor'],
  settings: SystemSettings,
): readonly Timer[] {
  if (generation.is === 'reference' || generation.is === 'unknown' || appVersion === undefined) return [];
  return [...workloadTimers(appVersion, monitor, settings), ...temporalTimers(settings)];
}

/** What notices the loss of a job pod where workloads have heartbeats. */
function workloadTimers(
  appVersion: string,
  monitor: DiscoveredSystem['monitor'],
  settings: SystemSettings,
): readonly Timer[] {
  if (monitor.is === 'none') return [];
  const interval = numberOf(settings, ['workload-launcher', 'WORKLOAD_API_HEARTBEAT_INTERVAL_SECONDS'], 10);
  const giveUp = numberOf(settings, ['workload-launcher', 'WORKLOAD_API_HEARTBEAT_TIMEOUT_SECONDS'], 600);
  const timers: Timer[] = [
    exactly('workload-heartbeat', 'a job pod says that it lives every', interval),
    exactly('workload-heartbeat-give-up', 'a job pod ends itself after so long without an answer', giveUp),
  ];
  if (monitor.is !== 'on') return timers;
  const signal = signalFallback(appVersion);
  return [
    ...timers,
    {
      id: 'workload-deadline',
      what: 'a workload without heartbeats is overdue after',
      // The deadline is set anew by each heartbeat; the last one may have come just before the loss, or an interval before.
      seconds: { low: Math.max(0, 600 - interval.seconds), high: 600 },
      source: 'hard-coded in Airbyte',
    },
    {
      id: 'workload-monitor-tick',
      what: 'the monitor in cron looks for overdue workloads within',
      seconds: { low: 0, high: 60 },
      source: 'hard-coded in Airbyte (PT1M)',
    },
    ...(signal === undefined
      ? []
      : [
          {
            id: 'workload-signal-fallback',
            what: 'where the signal that a workload has ended is lost, it is noticed within another',
            seconds: { low: 0, high: signal },
            source: `Airbyte ${appVersion}`,
          },
        ]),
  ];
}

/** How often the workflow looks by itself, in seconds. */
function signalFallback(appVersion: string): number | undefined {
  if (isAtLeast(appVersion, '1.4') !== true) return undefined;
  return isAtLeast(appVersion, '1.8') === true && isAtLeast(appVersion, '2.0') !== true ? 60 : 900;
}

function temporalTimers(settings: SystemSettings): readonly Timer[] {
  const activity = numberOf(settings, ['worker', 'ACTIVITY_MAX_TIMEOUT_SECOND'], 120);
  const restart = numberOf(settings, ['worker', 'WORKFLOW_FAILURE_RESTART_DELAY_SECONDS'], 600);
  return [
    {
      id: 'activity-heartbeat',
      what: 'Temporal misses a dead worker after',
      seconds: { low: 0, high: 30 },
      source: 'hard-coded in Airbyte',
    },
    {
      id: 'activity-retry',
      what: 'Temporal gives its work to another worker after',
      seconds: { low: 30, high: 30 },
      source: 'default of Airbyte',
    },
    exactly('activity-timeout', 'an activity without heartbeats is given up after', activity),
    exactly('workflow-restart', 'a workflow whose activity failed for good sleeps for', restart),
  ];
}

interface Read {
  readonly seconds: number;
  readonly source: string;
}

function numberOf(
  settings: SystemSettings,
  [component, name]: readonly ['worker' | 'workload-launcher', string],
  byDefault: number,
): Read {
  const setting = settings.of(component, name);
  const value = setting.is === 'set' ? Number(setting.value) : Number.NaN;
  if (Number.isFinite(value) && value >= 0) return { seconds: value, source: `${name} of the ${component}` };
  const source = setting.is === 'unknown' ? `default of Airbyte; ${setting.reason}` : 'default of Airbyte';
  return { seconds: byDefault, source };
}

function exactly(id: string, what: string, { seconds, source }: Read): Timer {
  return { id, what, seconds: { low: seconds, high: seconds }, source };
}
