import type { ExistingAirbyte } from '../clients/existing-airbyte.ts';
import { isTerminal } from '../core/derive/job-timeline.ts';
import { SYNCS_NOT_TOLD } from '../core/derive/unread-syncs.ts';
import { ChaosError, describeError } from '../core/errors.ts';
import type { TrialContext, Workload } from '../core/scenario.ts';
import { observeJobs } from './observers.ts';
import type { OwnConnection } from './own-connection.ts';

export type { ExistingAirbyte, OwnConnection };

/** Whose syncs a run on an existing Airbyte looks at. */
export interface ExistingSyncsOptions {
  readonly airbyte: ExistingAirbyte;
  /** The connection whose sync is interrupted; else whatever runs at the beginning is looked at. */
  readonly connectionId: string | undefined;
  /** A connection that is made for the run, instead: a sync of it is always started. */
  readonly own?: OwnConnection | undefined;
  /** Whether a sync of it may be started where none runs. */
  readonly mayStart: boolean;
}

/** Connections whose jobs are looked at each second; where more are at work each is looked at less often, so that the API is not asked more. */
const A_SECOND = 5;
/** Between two looks at the jobs of a connection, in milliseconds: Airbyte's API answers in tenths of a second. */
const LOOK_EVERY_MS = 1000;

/** Follows the syncs of an existing Airbyte. Reads only, but where a connection is made for the run, or a named one's sync may be started and none runs. */
export function existingSyncs({ airbyte, connectionId: named, own, mayStart }: ExistingSyncsOptions): Workload {
  return {
    name: nameOf(named, own),
    async start(context) {
      const say = (text: string): void => void context.record.append({ type: 'step', text });
      const connectionId = own === undefined ? named : await own.make(say);
      const running =
        connectionId === undefined ? await connectionsAtWork(context, airbyte) : await isAtWork(airbyte, connectionId);
      const subject = connectionId ?? running[0];
      if (subject === undefined) return;
      await follow(context, airbyte, subject, 'subject');
      const others = running.filter((one) => one !== subject);
      const everyMs = LOOK_EVERY_MS * Math.max(1, Math.ceil(others.length / A_SECOND));
      for (const other of others) await follow(context, airbyte, other, 'background', everyMs);
      if (connectionId === undefined || running.length > 0) return;
      if (!mayStart && own === undefined) {
        throw new ChaosError({
          code: 'not-steady',
          message: `No sync of connection ${connectionId} runs.`,
          tryThis: 'Wait for its schedule, start one, or let a run do so: traffic.startSync in the configuration.',
        });
      }
      await startSync(airbyte, connectionId);
    },
  };
}

function nameOf(named: string | undefined, own: OwnConnection | undefined): string {
  if (own !== undefined) return 'a sync of a connection of its own';
  return named === undefined ? 'the syncs that run' : `the syncs of connection ${named}`;
}

/** A sync that was started without an answer, or by somebody else a moment ago (409), runs all the same. */
async function startSync(airbyte: ExistingAirbyte, connectionId: string): Promise<void> {
  await airbyte.startSync(connectionId).catch(async (error: unknown) => {
    if ((await isAtWork(airbyte, connectionId)).length === 0) throw error;
  });
}

/** The connections whose syncs run; a version that lists jobs by connection alone says nothing, which is written down. */
async function connectionsAtWork({ record }: TrialContext, airbyte: ExistingAirbyte): Promise<readonly string[]> {
  try {
    return [...new Set((await airbyte.openSyncs()).map(({ job }) => job.configId))];
  } catch (error) {
    const text = `${SYNCS_NOT_TOLD}, so none is looked at: ${describeError(error)} Name a connection, or let a run make one: traffic.connection or traffic.own in the configuration.`;
    record.append({ type: 'note', level: 'warning', text });
    return [];
  }
}

async function isAtWork(airbyte: ExistingAirbyte, connectionId: string): Promise<readonly string[]> {
  const syncs = await airbyte.syncsOf(connectionId);
  return syncs.some(({ job }) => !isTerminal(job.status)) ? [connectionId] : [];
}

async function follow(
  context: TrialContext,
  airbyte: ExistingAirbyte,
  connectionId: string,
  role: 'subject' | 'background',
  everyMs = LOOK_EVERY_MS,
): Promise<void> {
  const { name, leavesRowsOut } = await airbyte.connectionOf(connectionId);
  context.record.append({
    type: 'connection',
    connectionId,
    name,
    role,
    schedule: 'its own',
    ...(leavesRowsOut ? { leavesRowsOut } : {}),
  });
  observeJobs(context, { listJobs: (id) => airbyte.syncsOf(id) }, connectionId, { everyMs, tellsUnread: true });
}

/** Writes down what is expected, before anything is broken. */
export function expectation(text: string, level: 'info' | 'warning'): Workload {
  return {
    name: 'what is expected',
    start: async ({ record }) => {
      record.append({ type: 'note', level, text });
      return Promise.resolve();
    },
  };
}
