import { connect, type Socket } from 'node:net';

const ASK_TIMEOUT_MS = 2000;

/** A connection that a toy node holds, with the name of the node. */
export interface HeldConnection {
  readonly node: string;
  readonly socket: Socket;
  /** Resolves when the other side has closed it. */
  readonly closed: Promise<void>;
  /** Says something and waits for the answer. @throws Error when there is none. */
  say(): Promise<string>;
}

/** Opens a connection and asks who is there. @throws Error with a `code`, or one that says that nothing came. */
export async function hold(host: string, port: number): Promise<HeldConnection> {
  const socket = connect({ host, port });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => undefined);
  const say = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('silence')), ASK_TIMEOUT_MS);
      const settle = (settled: () => void): void => {
        clearTimeout(timer);
        settled();
      };
      socket.once('error', (error) => settle(() => reject(error)));
      socket.once('close', () => settle(() => reject(new Error('closed'))));
      socket.once('data', (data) => settle(() => resolve(data.toString())));
      socket.write('?');
    });
  try {
    return { node: await say(), socket, closed, say };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Who answers a new connection. */
export async function ask(host: string, port: number): Promise<string> {
  const { node, socket } = await hold(host, port);
  socket.destroy();
  return node;
}
