import { connectAirbyteApi, type AirbyteApi } from '../clients/airbyte-api.ts';
import type { Warehouse } from '../clients/data-systems.ts';
import { readDatabaseClock, readLeaseHistory } from '../clients/leader.ts';
import { connectSql, type SqlClient } from '../clients/sql.ts';
import type { TrialContext, Verification, Workload } from '../core/scenario.ts';
import { hasRun } from '../waits/schedules.ts';
import { makeConnection, sequenceSource } from './make-connection.ts';
import { observeJobs } from './observers.ts';
import { openSyncTables, tableSuffix, type SyncTable } from './sync-tables.ts';
import { DATABASE } from './write-ledger.ts';

/** So few that a sync of them is over in a second or two. */
const RECORDS = 10;
/** The slow cron schedule fires this long after the interval schedule is due, in seconds: both fall into one outage. */
const AFTER_INTERVAL_SECONDS = 2;

export interface BackgroundSchedulesOptions {
  /** Period of the interval schedule; a minute is the shortest that Airbyte knows. */
  readonly everyMinutes: number;
  /** Periods of the two cron schedules. They must divide a minute; the short one is shorter than the outage. */
  readonly cronSeconds: number;
  readonly shortCronSeconds: number;
}

/** Small scheduled syncs beside the subject's, and what can be read of them afterwards. */
export interface BackgroundSchedules {
  readonly workload: Workload;
  /** A last look at the jobs of every schedule, at the lease history, and at the database's clock. */
  readSchedules(): Verification;
}

/** Three connections that move next to nothing, but must be dispatched on time: one by interval, two by cron with seconds. */
export function backgroundSchedules(options: BackgroundSchedulesOptions): BackgroundSchedules {
  const { everyMinutes, cronSeconds, shortCronSeconds } = options;
  let api: AirbyteApi | undefined;
  return {
    workload: {
      name: `small scheduled syncs: every ${everyMinutes} min, and by cron every ${shortCronSeconds} s and every ${cronSeconds} s`,
      async start(context) {
        const opened = await connectAirbyteApi({ server: context.stack.endpoint('server'), signal: context.signal });
        api = opened;
        const place = await makeSource(context);
        const nowSeconds = Math.floor((await withDatabase(context, (sql) => recordClock(context, sql))) / 1000);
        const second = (nowSeconds + everyMinutes * 60 + AFTER_INTERVAL_SECONDS) % cronSeconds;
        const schedules = [
          { name: `every ${everyMinutes} min`, everyMinutes },
          { name: `cron every ${cronSeconds} s`, expression: `${second}/${cronSeconds} * * * * ?` },
          { name: `cron every ${shortCronSeconds} s`, expression: `0/${shortCronSeconds} * * * * ?` },
        ];
        for (const { name, everyMinutes: minutes, expression } of schedules) {
          const namespace = `${place.namespace}_${name.replaceAll(' ', '_')}`;
          context.afterTrial(`table of ${name}`, () => place.warehouse.dropNamespace(namespace));
          const connectionId = await makeConnection(context, opened, {
            name: `${name} (chaos ${context.trial})`,
            role: 'background',
            table: { stream: place.stream, namespace },
            source: sequenceSource(context, place.stream, {}),
            everyMinutes: minutes ?? 'manual',
            ...(expression === undefined ? {} : { cron: { expression, timeZone: 'UTC' } }),
          });
          observeJobs(context, opened, connectionId);
          // One after the other, as far as the first fire allows: many connectors starting at once can starve a small machine.
          if (expression === undefined) await context.waitFor(hasRun(connectionId, name, { within: '30s' }));
        }
      },
    },
    readSchedules: () => ({
      name: 'read the jobs of every schedule and the lease history',
      async run(context) {
        await withDatabase(context, async (sql) => {
          for (const { connectionId } of context.history.all('schedule.set')) {
            const start = context.clock.now();
            await api?.listJobs(connectionId);
            context.record.append({ type: 'schedule.watched', connectionId, start, end: context.clock.now() });
          }
          await recordClock(context, sql);
          const start = context.clock.now();
          const terms = await readLeaseHistory(sql);
          const end = context.clock.now();
          context.record.append({ type: 'lease.history', component: 'scheduler', terms: [...terms], start, end });
        });
      },
    }),
  };
}

/** One source table for all of them; each has a destination of its own. */
async function makeSource(context: TrialContext): Promise<SyncTable & { readonly warehouse: Warehouse }> {
  const suffix = tableSuffix(context);
  const table = { namespace: `chaos_few_${suffix}`, stream: `chaos_few_records_${suffix}` };
  const { source, warehouse } = await openSyncTables(context, 'source of the background syncs', table);
  await source.addRecords(table.stream, 1, RECORDS);
  return { ...table, warehouse };
}

async function recordClock(context: TrialContext, sql: SqlClient): Promise<number> {
  await readDatabaseClock(sql); // the first call also connects
  const start = context.clock.now();
  const epochMs = await readDatabaseClock(sql);
  context.record.append({ type: 'clock.read', epochMs, start, end: context.clock.now() });
  return epochMs;
}

async function withDatabase<T>(context: TrialContext, work: (sql: SqlClient) => Promise<T>): Promise<T> {
  const { stack } = context;
  const sql = await connectSql({ ...stack.endpoint('database'), ...stack.credentials, database: DATABASE });
  try {
    return await work(sql);
  } finally {
    await sql.close();
  }
}
