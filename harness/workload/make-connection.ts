import type { AirbyteApi, CronSchedule } from '../clients/airbyte-api.ts';
import type { BodyOf } from '../core/events.ts';
import type { TrialContext } from '../core/scenario.ts';
import { removeAfterTrial } from './put-away.ts';

export interface MakeConnectionOptions {
  readonly name: string;
  readonly role: BodyOf<'connection'>['role'];
  readonly table: { readonly namespace: string; readonly stream: string };
  readonly source: SourceConnector;
  readonly everyMinutes: number | 'manual';
  /** A cron schedule instead. */
  readonly cron?: CronSchedule;
}

/** Which connector reads the table, and what it is told. */
export interface SourceConnector {
  readonly definition: string;
  readonly configuration: Readonly<Record<string, unknown>>;
  /** The namespace under which it knows the stream, when it has one. */
  readonly namespace?: string;
  readonly cursorField: string;
}

/** The stack's own connector, which reads the source's database; `asked` is what it is told beside database and table. */
export function sequenceSource(
  { stack }: Pick<TrialContext, 'stack'>,
  table: string,
  asked: Readonly<Record<string, unknown>>,
): SourceConnector {
  const { host, port } = stack.endpoint('warehouse');
  const configuration = { host, port, ...stack.credentials, database: 'source', table, ...asked };
  return { definition: 'Sequence', configuration, namespace: 'public', cursorField: 'seq' };
}

/** Makes a connection from the source database to the warehouse, writes it down, and queues its removal. Returns its id. */
export async function makeConnection(
  context: TrialContext,
  api: AirbyteApi,
  { name, role, table, source, everyMinutes, cron }: MakeConnectionOptions,
): Promise<string> {
  const { host, port } = context.stack.endpoint('warehouse');
  const database = { host, port, ...context.stack.credentials };
  const workspaceId = await api.firstWorkspaceId();
  const sourceId = await api.createSource(workspaceId, name, source);
  const destinationId = await api.createDestination(workspaceId, name, {
    definition: 'Warehouse',
    configuration: { ...database, database: 'warehouse' },
  });
  const start = context.clock.now();
  const connectionId = await api.createConnection({
    name,
    sourceId,
    destinationId,
    ...table,
    sourceNamespace: source.namespace,
    cursorField: source.cursorField,
    everyMinutes,
    ...(cron === undefined ? {} : { cron }),
  });
  const end = context.clock.now();
  removeAfterTrial(context, `connection ${name}`, async (own) => {
    await own.deleteConnection(connectionId);
    await Promise.allSettled([own.deleteSource(sourceId), own.deleteDestination(destinationId)]);
  });
  const rule = ruleOf(everyMinutes, cron);
  context.record.append({ type: 'connection', connectionId, name, role, schedule: inWords(rule) });
  if (rule !== undefined) context.record.append({ type: 'schedule.set', connectionId, rule, start, end });
  return connectionId;
}

type Rule = BodyOf<'schedule.set'>['rule'];

function ruleOf(everyMinutes: number | 'manual', cron: CronSchedule | undefined): Rule | undefined {
  if (cron !== undefined) return { kind: 'cron', ...cron };
  return everyMinutes === 'manual' ? undefined : { kind: 'interval', everyMs: everyMinutes * 60_000 };
}

function inWords(rule: Rule | undefined): string {
  if (rule === undefined) return 'manual';
  return rule.kind === 'cron' ? `cron ${rule.expression} (${rule.timeZone})` : `every ${rule.everyMs / 60_000} min`;
}
