import type { AirbyteApi } from '../clients/airbyte-api.ts';
import type { BodyOf } from '../core/events.ts';
import type { TrialContext } from '../core/scenario.ts';

export interface MakeConnectionOptions {
  readonly name: string;
  readonly role: BodyOf<'connection'>['role'];
  readonly table: { readonly namespace: string; readonly stream: string };
  /** What the source is told beside its database and table. */
  readonly source: Readonly<Record<string, unknown>>;
  readonly everyMinutes: number | 'manual';
}

/** Makes a connection from the source database to the warehouse, writes it down, and queues its removal. Returns its id. */
export async function makeConnection(
  context: TrialContext,
  api: AirbyteApi,
  { name, role, table, source, everyMinutes }: MakeConnectionOptions,
): Promise<string> {
  const { host, port } = context.stack.endpoint('warehouse');
  const database = { host, port, ...context.stack.credentials };
  const workspaceId = await api.firstWorkspaceId();
  const sourceId = await api.createSource(workspaceId, name, {
    definition: 'Sequence',
    configuration: { ...database, database: 'source', table: table.stream, ...source },
  });
  const destinationId = await api.createDestination(workspaceId, name, {
    definition: 'Warehouse',
    configuration: { ...database, database: 'warehouse' },
  });
  const connectionId = await api.createConnection({ name, sourceId, destinationId, ...table, everyMinutes });
  context.afterTrial(`connection ${name}`, async () => {
    await api.deleteConnection(connectionId);
    await Promise.allSettled([api.deleteSource(sourceId), api.deleteDestination(destinationId)]);
  });
  const schedule = everyMinutes === 'manual' ? everyMinutes : `every ${everyMinutes} min`;
  context.record.append({ type: 'connection', connectionId, name, role, schedule });
  return connectionId;
}
