import { connectSourceSystem, connectWarehouse, type SourceSystem, type Warehouse } from '../clients/data-systems.ts';
import type { TrialContext } from '../core/scenario.ts';

export interface SyncTable {
  /** Schema of the destination. */
  readonly namespace: string;
  /** Name of the table, in the source and in the destination. */
  readonly stream: string;
}

/** Part of a table's name that no other stack and no other trial uses. */
export function tableSuffix({ stack, trial }: TrialContext): string {
  return `${stack.id}_${trial}`.replaceAll(/[^a-z0-9_]/gi, '_').toLowerCase();
}

/** Connects to both ends of a sync, makes its source table, and queues the removal of what is at either end. */
export async function openSyncTables(
  context: TrialContext,
  what: string,
  table: SyncTable,
): Promise<{ readonly source: SourceSystem; readonly warehouse: Warehouse }> {
  const { stack } = context;
  const at = stack.endpoint('warehouse');
  const source = await connectSourceSystem(at, stack.credentials);
  const warehouse = await connectWarehouse(at, stack.credentials);
  context.afterTrial(what, async () => {
    await Promise.allSettled([source.dropTable(table.stream), warehouse.dropNamespace(table.namespace)]);
    await Promise.allSettled([source.close(), warehouse.close()]);
  });
  // What a run left that was killed on a stack which stayed up.
  await warehouse.dropNamespace(table.namespace);
  await source.createTable(table.stream);
  return { source, warehouse };
}
