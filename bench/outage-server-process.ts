import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../harness/core/clock.ts';
import type { FromServer, OutageKind, PlannedOutage, ToServer, TrueOutage } from './outage-plan.ts';

const PROGRAM = fileURLToPath(new URL('./outage-server.ts', import.meta.url));

/** A running server that goes down on request. Disposing ends its process. */
export interface OutageServer extends AsyncDisposable {
  readonly url: string;
  /** Resolves with the truth once the plan is over; the server stays up. */
  goThrough(plan: readonly PlannedOutage[]): Promise<readonly TrueOutage[]>;
}

export async function startOutageServer(kind: OutageKind, clock: Clock): Promise<OutageServer> {
  const child = fork(PROGRAM, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const { port } = await ask(child, { type: 'start', originNs: String(clock.originNs), kind }, 'listening');
  return {
    url: `http://127.0.0.1:${port}/health`,
    goThrough: async (plan) => (await ask(child, { type: 'go', plan }, 'done')).truth,
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

function ask<T extends FromServer['type']>(
  child: ChildProcess,
  message: ToServer,
  answer: T,
): Promise<Extract<FromServer, { type: T }>> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`The outage server ended with code ${code}.`));
    const onMessage = (told: FromServer): void => {
      if (!isOfType(told, answer)) return;
      child.off('exit', onExit);
      child.off('message', onMessage);
      resolve(told);
    };
    child.on('exit', onExit);
    child.on('message', onMessage);
    child.send(message);
  });
}

function isOfType<T extends FromServer['type']>(told: FromServer, type: T): told is Extract<FromServer, { type: T }> {
  return told.type === type;
}
