import type { V1Node } from '@kubernetes/client-node';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { connectKubernetes, type KubernetesApi } from '../kubernetes-api.ts';

/** What is answered in place of the truth. */
export interface Refusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface ToyRequest {
  readonly what: string;
  /** On the clock of `performance`. */
  readonly atMs: number;
  /** The status of what it was answered with in place of the truth. */
  readonly refused?: number;
}

/** An API server of pods that can be made to fail in every way in which a real one does. It listens on loopback. */
export interface ToyApiServer {
  readonly api: KubernetesApi;
  readonly requests: readonly ToyRequest[];
  /** Requests that are being answered for as long as they like: watches. */
  openWatches(): number;
  /** Puts a pod there, or changes it. */
  put(name: string): void;
  remove(name: string): void;
  /** Whatever is changed of a node cordons it. */
  putNode(node: V1Node): void;
  /** Every request, or those that `meant` picks by method and path, is refused, until it is called without. */
  refuse(refusal?: Refusal, meant?: (what: string) => boolean): void;
  /** The connections of all watches end in good order, as after the time-out of the server. */
  endWatches(): void;
  /** They break off in the middle of a line. */
  breakWatches(): void;
  /** What has changed up to now is forgotten: each watch is told that it is too far behind. */
  forgetChanges(): void;
  /** Nobody listens any more; every connection is gone. */
  goAway(): Promise<void>;
  /** At the same port. */
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

interface ToyPod {
  readonly metadata: { name: string; namespace: string; uid: string; resourceVersion: string };
}

interface Change {
  readonly version: number;
  readonly line: string;
}

const PODS = '/api/v1/pods';
const NODES = '/api/v1/nodes';
const EXPIRED = {
  kind: 'Status',
  status: 'Failure',
  code: 410,
  reason: 'Expired',
  message: 'too old resource version',
};

export async function startToyApiServer(): Promise<ToyApiServer> {
  const pods = new Map<string, ToyPod>();
  const requests: ToyRequest[] = [];
  let node: V1Node = {};
  const watches = new Set<ServerResponse>();
  let changes: Change[] = [];
  let forgotten = 0;
  let version = 1;
  let uids = 0;
  let refusal: Refusal | undefined;
  let isMeant = (_what: string): boolean => true;

  function tell(type: string, pod: ToyPod): void {
    const line = `${JSON.stringify({ type, object: pod })}\n`;
    changes.push({ version, line });
    for (const watch of watches) watch.write(line);
  }
  /** Those are told of nothing any more. */
  function takeWatches(): readonly ServerResponse[] {
    const taken = [...watches];
    watches.clear();
    return taken;
  }
  function watchFrom(since: number, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    if (since < forgotten) {
      response.end(`${JSON.stringify({ type: 'ERROR', object: EXPIRED })}\n`);
      return;
    }
    for (const change of changes) if (change.version > since) response.write(change.line);
    watches.add(response);
    response.on('close', () => watches.delete(response));
  }
  function found(path: string): object {
    const metadata = { resourceVersion: String(version) };
    if (path === PODS) return { metadata, items: [...pods.values()] };
    if (path === NODES) return { metadata, items: [node] };
    return path.startsWith(`${NODES}/`) ? node : { kind: 'Status', status: 'Success' };
  }
  function answer(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    const url = new URL(request.url ?? '', 'http://toy');
    const isWatch = url.searchParams.has('watch');
    const what = `${isWatch ? 'WATCH' : request.method} ${url.pathname}`;
    if (refusal !== undefined && isMeant(what)) {
      requests.push({ what, atMs: performance.now(), refused: refusal.status });
      response.writeHead(refusal.status, refusal.headers).end(refusal.body);
      return;
    }
    requests.push({ what, atMs: performance.now() });
    if (isWatch) {
      watchFrom(Number(url.searchParams.get('resourceVersion')), response);
      return;
    }
    if (request.method === 'PATCH') node.spec = { unschedulable: true };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(found(url.pathname)));
  }

  const server = createServer(answer);
  async function listen(port: number): Promise<number> {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    return address.port;
  }
  async function goAway(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }
  const port = await listen(0);
  return {
    api: await connectTo(port),
    requests,
    openWatches: () => watches.size,
    put(name) {
      version += 1;
      const before = pods.get(name);
      const uid = before?.metadata.uid ?? `uid-${(uids += 1)}`;
      const pod: ToyPod = { metadata: { name, namespace: 'airbyte', uid, resourceVersion: String(version) } };
      pods.set(name, pod);
      tell(before === undefined ? 'ADDED' : 'MODIFIED', pod);
    },
    remove(name) {
      const pod = pods.get(name);
      if (pod === undefined) throw new Error(`there is no ${name}`);
      version += 1;
      pods.delete(name);
      tell('DELETED', { metadata: { ...pod.metadata, resourceVersion: String(version) } });
    },
    putNode: (next) => void (node = next),
    refuse(next, meant = () => true) {
      refusal = next;
      isMeant = meant;
    },
    endWatches() {
      for (const watch of takeWatches()) watch.end();
    },
    breakWatches() {
      for (const watch of takeWatches()) watch.write('{"type":"ADDED","object":{"meta', () => watch.destroy());
    },
    forgetChanges() {
      changes = [];
      version += 1;
      forgotten = version;
      for (const watch of takeWatches()) watch.end(`${JSON.stringify({ type: 'ERROR', object: EXPIRED })}\n`);
    },
    goAway,
    comeBack: async () => void (await listen(port)),
    async close() {
      if (server.listening) await goAway();
    },
  };
}

async function connectTo(port: number): Promise<KubernetesApi> {
  const dir = mkdtempSync(join(tmpdir(), 'toy-api-'));
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    // The library refuses plain HTTP where it is to look at a certificate.
    clusters: [{ name: 'toy', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'toy', user: {} }],
    contexts: [{ name: 'toy', context: { cluster: 'toy', user: 'toy' } }],
    'current-context': 'toy',
  };
  try {
    const path = join(dir, 'kubeconfig');
    writeFileSync(path, JSON.stringify(kubeconfig)); // JSON is valid YAML
    return await connectKubernetes(path);
  } finally {
    rmSync(dir, { recursive: true });
  }
}
