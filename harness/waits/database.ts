import {
  databaseBefore,
  lackingRedundancy,
  primaryOf,
  promotion,
  redundancyRestored,
} from '../core/derive/database.ts';
import { reconnections } from '../core/derive/database-clients.ts';
import { toMillis, type Duration } from '../core/duration.ts';
import type { Wait } from '../core/scenario.ts';

export interface DatabaseRedundantOptions {
  readonly within: Duration;
  /** False where the database is asynchronous on purpose: then it is enough that a replica streams. */
  readonly isSynchronous?: boolean;
}

/** The loss of the primary would lose no acknowledged write, by the provider's own record of it, and a replica could take over. */
export function databaseRedundant({ within, isSynchronous = true }: DatabaseRedundantOptions): Wait {
  return {
    name: isSynchronous ? 'the database is redundant' : 'every replica of the database streams',
    timeoutMs: toMillis(within),
    isOver(history) {
      const view = history.latest('database');
      if (view === undefined) return 'the database has not been looked at';
      const missing = lackingRedundancy(view, view) ?? idleReplica(view.members);
      if (missing !== undefined) return missing;
      return view.isRedundant || !isSynchronous ? true : (view.lacks ?? 'it is not redundant');
    },
  };
}

/** The database is as redundant as it was before the fault: every node that streamed streams again, and the standby is named. */
export function redundancyBack({ within }: { readonly within: Duration }): Wait {
  return {
    name: 'the database is as redundant as before',
    timeoutMs: toMillis(within),
    isOver(history) {
      const before = databaseBefore(history);
      const view = history.latest('database');
      if (before === undefined || view === undefined) return 'the database was not looked at before the fault';
      return (
        redundancyRestored(history) !== undefined || (lackingRedundancy(before, view) ?? 'it was never seen to lack')
      );
    },
  };
}

function idleReplica(members: readonly { readonly name: string; readonly role: string; readonly state: string }[]) {
  const idle = members.find(({ role, state }) => role !== 'primary' && state !== 'streaming' && state !== 'available');
  return idle && `${idle.name} is ${idle.state}`;
}

/** A node that did not lead before the fault is the primary, and no standby is synchronous yet: its loss now is a second fault in one loop. */
export function newPrimaryUnprotected({ within }: { readonly within: Duration }): Wait {
  return {
    name: 'the new primary has no synchronous standby yet',
    timeoutMs: toMillis(within),
    isOver(history) {
      const view = history.latest('database');
      const before = databaseBefore(history);
      if (view === undefined || before === undefined) return 'the database was not looked at before the fault';
      const primary = primaryOf(view);
      if (primary === undefined || primary === before.leader) return 'there is no new primary';
      const standby = view.members.find(({ isSynchronous }) => isSynchronous === true);
      return standby === undefined ? true : `${standby.name} is synchronous already`;
    },
  };
}

/** Every component that worked on the database before the fault works on the new primary. */
export function servicesBack({ within }: { readonly within: Duration }): Wait {
  return {
    name: 'every component works on the database again',
    timeoutMs: toMillis(within),
    isOver(history) {
      const all = reconnections(history);
      if (all === undefined) return 'there is no new primary';
      const missing = all.flatMap((one) => one.missing);
      return missing.length === 0 ? true : `not yet: ${missing.join(', ')}`;
    },
    isHopeless: (history) =>
      history.latest('wait')?.satisfied === false && promotion(history) === undefined && 'there is no new primary',
  };
}
