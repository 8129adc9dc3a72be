import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';

/** A server that says yes to everything, and remembers what it was asked. */
export interface RecordingServer {
  readonly url: string;
  readonly kubeconfig: KubeConfig;
  /** `METHOD /path`, in the order in which they came. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** Listens on loopback, at a free port. */
export async function recordingServer(): Promise<RecordingServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${new URL(request.url ?? '', 'http://here').pathname}`);
    request.resume().on('end', () => {
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end('{"kind":"Status","apiVersion":"v1","status":"Success"}');
    });
  });
  const url = await listenOnLoopback(server);
  const kubeconfig = new KubeConfig();
  kubeconfig.loadFromOptions({
    clusters: [{ name: 'here', server: url, skipTLSVerify: true }],
    users: [{ name: 'nobody', token: 'none' }],
    contexts: [{ name: 'here', cluster: 'here', user: 'nobody' }],
    currentContext: 'here',
  });
  return {
    url,
    kubeconfig,
    requests,
    close: async () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Lets a server listen at a free port; gives its address. */
export async function listenOnLoopback(server: Server): Promise<string> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${addressPort(server.address())}`;
}

/** @throws Error where it does not listen. */
export function addressPort(address: AddressInfo | string | null): number {
  if (typeof address !== 'object' || address === null) throw new Error('the server does not listen');
  return address.port;
}
