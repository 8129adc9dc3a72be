import { connectAirbyteApi, type AirbyteApi } from '../clients/airbyte-api.ts';
import { awaitAlert, lastAlert } from '../clients/audit/try-webhook.ts';
import { unseen, type Seen, type TestAlertSeen } from '../core/audit-observations.ts';
import { comesTrue } from '../core/comes-true.ts';
import { describeError } from '../core/errors.ts';
import type { Endpoint, RunningStack } from '../core/platform.ts';

/** The harness's own mark: what was forgotten is removed by the next run (`remove-forgotten.ts`). */
const NAME = 'chaos audit test alert';
const TABLE = 'chaos_audit';
const HOW = 'A sync was made to fail on purpose';
/** A sync whose configuration is wrong is never retried, and ends within seconds. In milliseconds. */
const FAILS_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 300;

/** What was made is removed also where the audit was interrupted. */
const CLEAN_UP_MS = 15_000;

/** Runs a sync that cannot work on a stack of the harness's own, and looks whether its alert arrives: the whole path, not the receiver alone. Leaves nothing behind. */
export async function sendTestAlert(stack: RunningStack, signal: AbortSignal): Promise<Seen<TestAlertSeen>> {
  const sink = stack.endpoint('alert-sink');
  let before = 0;
  try {
    before = await lastAlert(sink, signal);
  } catch (error) {
    signal.throwIfAborted();
    const detail = `the receiver of alerts does not answer (${describeError(error)}).`;
    return { is: 'seen', value: { how: 'Nothing was sent', outcome: 'receiver-down', waitedMs: 0, detail } };
  }
  try {
    const api = await connectAirbyteApi({ server: stack.endpoint('server'), signal });
    return await failAndLook(api, { stack, sink, before, signal });
  } catch (error) {
    signal.throwIfAborted();
    return unseen(`No test alert could be sent: ${describeError(error)}`);
  }
}

interface Place {
  readonly stack: RunningStack;
  readonly sink: Endpoint;
  readonly before: number;
  readonly signal: AbortSignal;
}

async function failAndLook(api: AirbyteApi, place: Place): Promise<Seen<TestAlertSeen>> {
  const { stack, signal } = place;
  const { host, port } = stack.endpoint('warehouse');
  const database = { host, port, ...stack.credentials };
  const workspaceId = await api.firstWorkspaceId();
  const configuration = { ...database, database: 'source', table: TABLE, failWith: 'config_error' };
  const removals: ((remover: AirbyteApi) => Promise<void>)[] = [];
  try {
    const sourceId = await api.createSource(workspaceId, NAME, { definition: 'Sequence', configuration });
    removals.push((remover) => remover.deleteSource(sourceId));
    const destinationId = await api.createDestination(workspaceId, NAME, {
      definition: 'Warehouse',
      configuration: { ...database, database: 'warehouse' },
    });
    removals.push((remover) => remover.deleteDestination(destinationId));
    const connectionId = await api.createConnection({
      name: NAME,
      sourceId,
      destinationId,
      stream: TABLE,
      namespace: TABLE,
      sourceNamespace: 'public',
      cursorField: 'seq',
      everyMinutes: 'manual',
    });
    removals.push((remover) => remover.deleteConnection(connectionId));
    return await lookForAlert(api, connectionId, place);
  } finally {
    const remover = await connectAirbyteApi({
      server: stack.endpoint('server'),
      signal: AbortSignal.timeout(CLEAN_UP_MS),
    });
    for (const remove of removals.toReversed()) await remove(remover).catch(() => undefined);
    signal.throwIfAborted();
  }
}

async function lookForAlert(
  api: AirbyteApi,
  connectionId: string,
  { sink, before, signal }: Place,
): Promise<Seen<TestAlertSeen>> {
  const { job } = await api.sync(connectionId);
  const within = AbortSignal.any([signal, AbortSignal.timeout(FAILS_WITHIN_MS)]);
  const hasFailed = async (): Promise<boolean> =>
    (await api.listJobs(connectionId)).some((one) => one.job.id === job.id && one.job.status === 'failed');
  if (!(await comesTrue(hasFailed, { everyMs: LOOK_EVERY_MS, signal: within })))
    return unseen(`${HOW}, and its job ${job.id} was not seen to fail within ${FAILS_WITHIN_MS / 1000} s.`);
  const failedAt = performance.now();
  const arrived = await awaitAlert(sink, before, ({ jobId }) => jobId === String(job.id), signal);
  const waitedMs = performance.now() - failedAt;
  return {
    is: 'seen',
    value: { how: HOW, outcome: arrived ? 'arrived' : 'not-arrived', waitedMs, detail: `job ${job.id} failed.` },
  };
}
