import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { z } from 'zod';

/** Node's own fetch and the one that the Kubernetes library uses both tell here of each request that they send. */
const REQUEST_CREATED = 'undici:request:create';
const created = z.object({ request: z.object({ origin: z.union([z.string(), z.instanceof(URL)]) }) });

/** Counts until it is disposed. */
export interface RequestCount extends Disposable {
  /** Requests sent so far, those that were not answered included. */
  sent(): number;
}

/**
 * Counts the requests that this thread sends to a server with fetch: exact, where the server's own count has those of everybody. What goes
 * there by `node:http` is not counted.
 */
export function countRequestsTo(server: string): RequestCount {
  const { origin: wanted } = new URL(server);
  let sent = 0;
  const onCreated = (message: unknown): void => {
    const { success, data } = created.safeParse(message);
    if (success && new URL(data.request.origin).origin === wanted) sent += 1;
  };
  subscribe(REQUEST_CREATED, onCreated);
  return { sent: () => sent, [Symbol.dispose]: () => void unsubscribe(REQUEST_CREATED, onCreated) };
}
