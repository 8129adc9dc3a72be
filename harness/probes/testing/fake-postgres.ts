import type { Socket } from 'node:net';
import { listen, type Loopback } from './loopback.ts';

/** What the server does when it has received the n-th INSERT. */
type OnInsert = (reply: InsertReply, nth: number) => void;

interface InsertReply {
  acknowledge(): void;
  /** An ErrorResponse: of severity ERROR the session goes on, of FATAL it ends. */
  error(severity: 'ERROR' | 'FATAL', sqlState: string): void;
  cutConnection(): void;
}

export interface FakePostgresOptions {
  readonly onInsert: OnInsert;
  /** `refuse` answers the start of each session with FATAL 57P03 (starting up); `hang` with nothing. */
  readonly onStartup?: (nth: number) => 'accept' | 'refuse' | 'hang';
  /** Told the text of each simple query. */
  readonly onQuery?: (text: string) => void;
}

/**
 * As much of PostgreSQL's wire protocol (version 3) as a writer needs, on a loopback socket, so that a test decides at
 * which byte the database fails. A real server cannot be made to fail between receiving and answering on demand.
 */
export async function fakePostgres(options: FakePostgresOptions): Promise<Loopback> {
  let inserts = 0;
  return listen((socket, nth) => {
    const startup = options.onStartup?.(nth) ?? 'accept';
    let isStarted = false;
    let pending: Buffer = Buffer.alloc(0);
    socket.on('data', (bytes) => {
      pending = Buffer.concat([pending, bytes]);
      for (;;) {
        const headLength = isStarted ? 5 : 4;
        if (pending.length < headLength) return;
        const length = pending.readInt32BE(headLength - 4) + headLength - 4;
        if (pending.length < length) return;
        const message = pending.subarray(0, length);
        pending = pending.subarray(length);
        if (isStarted) onMessage(message);
        else isStarted = onStart();
      }
    });

    function onStart(): boolean {
      if (startup === 'accept') socket.write(Buffer.concat([frame('R', int32(0)), READY]));
      if (startup === 'refuse') socket.end(errorResponse('FATAL', '57P03'));
      return true;
    }
    function onMessage(message: Buffer): void {
      const kind = String.fromCharCode(message[0] ?? 0);
      if (kind === 'Q') {
        options.onQuery?.(message.toString('utf8', 5, message.length - 1));
        socket.write(Buffer.concat([frame('C', text('CREATE TABLE')), READY]));
      }
      // An extended query comes as Parse, Bind, Describe, Execute, Sync: the last asks for all the answers.
      if (kind === 'S') options.onInsert(replyOn(socket), inserts++);
    }
  });
}

function replyOn(socket: Socket): InsertReply {
  const parsed = Buffer.concat([frame('1'), frame('2'), frame('n')]);
  return {
    acknowledge: () => void socket.write(Buffer.concat([parsed, frame('C', text('INSERT 0 1')), READY])),
    error(severity, sqlState) {
      const response = errorResponse(severity, sqlState);
      if (severity === 'FATAL') socket.end(response);
      else socket.write(Buffer.concat([response, READY]));
    },
    cutConnection: () => void socket.resetAndDestroy(),
  };
}

function frame(kind: string, body: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([Buffer.from(kind), int32(body.length + 4), body]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

function errorResponse(severity: string, sqlState: string): Buffer {
  return frame('E', Buffer.concat([text(`S${severity}`), text(`C${sqlState}`), text('Mscripted'), Buffer.alloc(1)]));
}

const READY = frame('Z', Buffer.from('I'));
