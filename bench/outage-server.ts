/**
 * The server of the outage bench: a process of its own that goes down as planned and stamps when it really did, on the
 * same CLOCK_MONOTONIC that the prober reads.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { constants, setPriority } from 'node:os';
import { setTimeout as elapse } from 'node:timers/promises';
import { systemClock, type Clock } from '../harness/core/clock.ts';
import type { FromServer, OutageKind, PlannedOutage, ToServer, TrueOutage } from './outage-plan.ts';

/** Below the range from which the system takes ports for outgoing connections, so that nobody takes it meanwhile. */
const PORTS = { from: 15_000, count: 15_000 };

/**
 * Room for a second of connections of 200 probes: with Node's 511, a stall of an eighth of a second at 4,000 new
 * connections a second has the kernel drop some, and what is measured then is the server.
 */
const BACKLOG = 4096;

const sockets = new Set<Socket>();
let isDown = false;
let kind: OutageKind = '503';
let clock: Clock = systemClock();
let port = 0;

const server = createServer((_, response) => {
  if (isDown && kind === 'hanging') return;
  response.statusCode = isDown ? 503 : 200;
  response.setHeader('content-type', 'application/json');
  response.end('{"available":true}');
});
server.on('connection', (socket) => {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
});

function listen(): void {
  server.listen({ port, host: '127.0.0.1', backlog: BACKLOG });
}

async function listenSomewhere(): Promise<void> {
  for (;;) {
    port = PORTS.from + Math.floor(Math.random() * PORTS.count);
    listen();
    const isListening = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (isListening) return;
  }
}

function goDown(): readonly [number, number] {
  const before = clock.now();
  isDown = true;
  if (kind === 'refused') {
    server.close();
    for (const socket of sockets) socket.resetAndDestroy();
  }
  return [before, clock.now()];
}

async function comeUp(): Promise<readonly [number, number]> {
  const before = clock.now();
  isDown = false;
  if (kind === 'refused') {
    listen();
    await once(server, 'listening');
  }
  return [before, clock.now()];
}

async function goThrough(plan: readonly PlannedOutage[]): Promise<TrueOutage[]> {
  const truth: TrueOutage[] = [];
  for (const { afterMs, lengthMs } of plan) {
    await elapse(afterMs);
    const down = goDown();
    await elapse(lengthMs);
    truth.push({ down, up: await comeUp() });
  }
  return truth;
}

async function obey(message: ToServer): Promise<FromServer> {
  if (message.type === 'go') return { type: 'done', truth: await goThrough(message.plan) };
  kind = message.kind;
  clock = systemClock(BigInt(message.originNs));
  await listenSomewhere();
  return { type: 'listening', port };
}

// The server is not what is measured: where that is allowed, others do not keep it waiting.
try {
  setPriority(constants.priority.PRIORITY_HIGH);
} catch {
  // Not allowed: then the bench shows more of the load of the machine.
}
process.on('message', (message: ToServer) => {
  void obey(message).then((answer) => process.send?.(answer));
});
process.on('disconnect', () => process.exit());
