import type { DiscoveredSystem } from './discovered-system.ts';
import type { VersionFound } from './generation.ts';
import type { Member } from './members.ts';

/** Who starts scheduled syncs (facts: airbyte.md, section 5). */
export function whoSchedules({ generation }: VersionFound, members: readonly Member[]): DiscoveredSystem['scheduling'] {
  if (members.some(({ component }) => component === 'scheduler')) {
    const how =
      generation.is === 'reference'
        ? 'Schedulers elect a leader, which starts what is due.'
        : 'One scheduler looks every 5 s at what is due; there is no leader election and no standby.';
    return { by: ['scheduler'], how };
  }
  return {
    by: ['temporal', 'worker'],
    how: 'Durable timers of Temporal, one workflow a connection, which any worker executes. There is no scheduler, and cron starts no syncs.',
  };
}
