import type { DiscoveredSystem } from '../discovered-system.ts';
import { isDataPlane } from '../external-services.ts';
import type { VersionFound } from '../generation.ts';
import type { Member } from '../members.ts';
import { isAtLeast } from '../version.ts';
import type { SystemSettings } from './system-settings.ts';

/** First version in which the loss of a job pod can only be noticed by the monitor of workloads, and in which it is always on (facts: sections 0.4 and 3.3). */
const MONITORED_SINCE = '0.63';
const ALWAYS_ON_SINCE = '1.4';
const SWITCH = 'WORKLOAD_MONITOR_ENABLED';

/** Whether anything notices that a job pod is gone: the monitor of workloads in cron. */
export function findMonitor(
  { generation, appVersion }: VersionFound,
  members: readonly Member[],
  settings: SystemSettings,
): DiscoveredSystem['monitor'] {
  if (generation.is === 'reference')
    return { is: 'none', because: 'the stack has none: Temporal’s heartbeats notice it' };
  const cron = members.find(({ component }) => component === 'cron');
  const [isMonitored, isAlwaysOn] = [isAtLeast(appVersion, MONITORED_SINCE), isAtLeast(appVersion, ALWAYS_ON_SINCE)];
  if (isMonitored === undefined || isAlwaysOn === undefined) {
    return { is: 'unknown', because: 'the version of Airbyte is not known' };
  }
  if (!isMonitored)
    return { is: 'none', because: `Airbyte ${appVersion} has none; the worker itself watches its pods` };
  if (cron === undefined && isDataPlane(members))
    return { is: 'unknown', because: 'it runs in the control plane, which is elsewhere' };
  if (cron === undefined) return { is: 'off', because: 'it runs in cron, and no cron was found' };
  if (cron.workload.wanted === 0) return { is: 'off', because: 'it runs in cron, which is scaled to 0' };
  if (isAlwaysOn) return { is: 'on', because: `it is always on from Airbyte ${ALWAYS_ON_SINCE} on` };
  const setting = settings.of('cron', SWITCH);
  if (setting.is === 'unknown') return { is: 'unknown', because: setting.reason };
  const isOn = setting.is === 'set' && setting.value.toLowerCase() === 'true';
  return {
    is: isOn ? 'on' : 'off',
    because:
      setting.is === 'set'
        ? `${SWITCH}=${setting.value} of cron`
        : `${SWITCH} of cron is not set, and off by default in Airbyte ${MONITORED_SINCE} to 1.3`,
  };
}
