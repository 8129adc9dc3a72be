import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** A TCP server on a free port of 127.0.0.1 for one test. */
export interface Loopback extends AsyncDisposable {
  readonly port: number;
  readonly server: Server;
  /** Every connection ever accepted. */
  readonly sockets: readonly Socket[];
}

export async function listen(onConnection: (socket: Socket, nth: number) => void): Promise<Loopback> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {}); // the other side may reset
    onConnection(socket, sockets.push(socket) - 1);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    port: address.port,
    server,
    sockets,
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** An HTTP server that answers the n-th request (over all connections) with the bytes that `answer` writes. */
export async function listenHttp(answer: (socket: Socket, nth: number, head: string) => void): Promise<Loopback> {
  let requests = 0;
  return listen((socket) => {
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const head = text.slice(0, end + 2);
        text = text.slice(end + 4);
        answer(socket, requests++, head);
      }
    });
  });
}

export function httpAnswer(status: number, body: string): string {
  return `HTTP/1.1 ${status} Status\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  await using server = await listen(() => {});
  return server.port;
}
