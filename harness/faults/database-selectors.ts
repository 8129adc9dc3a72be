import { databaseWhenLost, describeDatabase } from '../core/derive/database.ts';
import type { TargetSelector } from './selectors.ts';

export interface PrimaryDatabaseNodeOptions {
  /** True where the fault counts only when the primary had no synchronous standby at that moment. */
  readonly isUnprotected?: boolean;
}

/** The node that leads the database at this moment, by the last look of the watch on it. */
export function primaryDatabaseNode({ isUnprotected = false }: PrimaryDatabaseNodeOptions = {}): TargetSelector {
  return {
    component: 'patroni',
    describe: 'the primary of the database',
    whenNone: 'Nobody leads the database, or the scenario does not watch it (watchDatabase).',
    async choose(context) {
      const leader = context.history.latest('database')?.leader;
      const instances = await context.stack.instances();
      return instances
        .filter(({ name }) => name === leader)
        .map((instance) => ({ instance, why: 'it leads the database' }));
    },
    confirm(context, { instance }) {
      const view = databaseWhenLost(context.history);
      if (!isUnprotected) {
        const holds = view?.leader === instance.name;
        const text = holds
          ? `${instance.name} was the primary`
          : `${instance.name} was not the primary: ${view === undefined ? 'nobody looked' : describeDatabase(view)}`;
        return { kind: 'was-the-primary', holds, text };
      }
      const holds = view?.leader === instance.name && !view.members.some(({ isSynchronous }) => isSynchronous === true);
      const text = holds
        ? `${instance.name} was the primary and had no synchronous standby`
        : `${instance.name} was not a primary without a synchronous standby`;
      return { kind: 'was-unprotected', holds, text };
    },
  };
}
