import pWaitFor, { TimeoutError } from 'p-wait-for';
import { connectSql } from '../../clients/sql.ts';
import { ChaosError, describeError } from '../../core/errors.ts';
import type { OutsideService } from './outside.ts';
import { BUCKETS, WAREHOUSE_LOGIN } from './outside-plan.ts';

/** Time for one to answer; measured: 4 s for the object store, the slowest. */
const ANSWER_TIMEOUT_MS = 60_000;
const LOOK_TIMEOUT_MS = 2000;
const INTERVAL_MS = 100;

/** Resolves when each of the services answers. @throws ChaosError `platform` naming one that does not, with what it said. */
export async function awaitAnswers(services: readonly OutsideService[], signal: AbortSignal): Promise<void> {
  const waits = services.map((service) => awaitOne(`${service.name} did not answer`, signal, () => look(service)));
  await Promise.all(waits);
}

/**
 * Makes the buckets, through the filer, in which a bucket is a folder below /buckets. A first object is written too: until then SeaweedFS has no
 * volume for the bucket, and the first write takes 5 s. Where they are there, that object is read: a store that was killed says that it
 * is healthy before it knows its volumes again.
 */
export async function makeBuckets(services: readonly OutsideService[], signal: AbortSignal): Promise<void> {
  const store = services.find(({ component }) => component === 'object-store');
  if (store === undefined) return;
  const make = async (bucket: string): Promise<void> => {
    const folder = `http://${store.address}:${store.ports['filer']}/buckets/${bucket}/`;
    const looked = await fetch(`${folder}.made`, { signal: AbortSignal.timeout(LOOK_TIMEOUT_MS) });
    if (looked.status !== 404) return requireOk(looked);
    await requireOk(await fetch(folder, { method: 'POST', signal }));
    const form = new FormData();
    form.append('file', new Blob(['made by the harness\n']), '.made');
    return requireOk(await fetch(`${folder}.made`, { method: 'POST', body: form, signal }));
  };
  for (const bucket of BUCKETS) await awaitOne(`Bucket ${bucket} could not be made`, signal, () => make(bucket));
}

/** Asks for something that only a service that works can answer. */
async function look({ component, address, ports }: OutsideService): Promise<void> {
  const signal = AbortSignal.timeout(LOOK_TIMEOUT_MS);
  switch (component) {
    case 'object-store':
      return requireOk(await fetch(`http://${address}:${ports['http']}/healthz`, { signal }));
    case 'alert-sink':
    case 'record-api':
      return requireOk(await fetch(`http://${address}:${ports['http']}/ready`, { signal }));
    case 'gateway':
      return requireOk(await fetch(`http://${address}:${ports['status']}/`, { signal }));
    case 'warehouse':
      return answerSql(address, ports['postgres'] ?? 0);
  }
}

/** PostgreSQL accepts connections long before it answers. */
async function answerSql(host: string, port: number): Promise<void> {
  const options = { host, port, database: 'warehouse', ...WAREHOUSE_LOGIN };
  const client = await connectSql({ ...options, statementTimeoutMs: LOOK_TIMEOUT_MS });
  try {
    await client.query('SELECT 1');
  } finally {
    await client.close();
  }
}

async function requireOk(response: Response): Promise<void> {
  const body = await response.text();
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${body.slice(0, 200)}`);
}

async function awaitOne(failure: string, signal: AbortSignal, attempt: () => Promise<void>): Promise<void> {
  let last = '';
  const isDone = async (): Promise<boolean> => {
    try {
      await attempt();
      return true;
    } catch (error) {
      last = describeError(error);
      return false;
    }
  };
  try {
    await pWaitFor(isDone, { interval: INTERVAL_MS, timeout: ANSWER_TIMEOUT_MS, signal });
  } catch (cause) {
    if (!(cause instanceof TimeoutError)) throw cause;
    throw new ChaosError({
      code: 'platform',
      message: `${failure}.`,
      afterMs: ANSWER_TIMEOUT_MS,
      lastState: last,
      tryThis: 'docker ps --all --filter label=airbyte-chaos=outside, and docker logs of it, tell more.',
      cause,
    });
  }
}
