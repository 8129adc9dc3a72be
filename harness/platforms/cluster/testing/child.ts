import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';
import { basename } from 'node:path';
import pWaitFor from 'p-wait-for';

/** After so long a program that was asked to end is killed, in milliseconds. */
const END_GRACE_MS = 15_000;
const LOOK_EVERY_MS = 100;
/** Of what a program said last, in characters. */
const REMEMBERED = 3000;
const OK = 200;

/** A program that was started here, and is ended by the handle that the start gave. */
export interface Child {
  /**
   * Resolves when a GET of the URL is answered with 200.
   * @throws Error with the end of what the program said, when it has ended or the time is over.
   */
  answers(url: string, how: { readonly withinMs: number; readonly signer?: 'anyone' | (() => string) }): Promise<void>;
  /** Asks it to end, kills it where it does not, and resolves when it is gone. */
  end(): Promise<void>;
}

export function startChild(program: string, args: readonly string[]): Child {
  // Whatever ends the tests ends the program too, also what leaves them no time to do it.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let hasEnded = false;
  const ended = once(child, 'close').catch((error: unknown) => (said += String(error)));
  void ended.then(() => (hasEnded = true));
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => (said = (said + data.toString()).slice(-REMEMBERED)));
  }
  return {
    async answers(url, { withinMs, signer }) {
      let isReady = false;
      const look = async (): Promise<boolean> => {
        isReady = await isAnswered(url, signer);
        return isReady || hasEnded;
      };
      await pWaitFor(look, { interval: LOOK_EVERY_MS, timeout: { milliseconds: withinMs, fallback: () => undefined } });
      if (isReady) return;
      throw new Error(`${basename(program)} ${hasEnded ? 'ended' : `was not ready after ${withinMs} ms`}: ${said}`);
    },
    async end() {
      if (hasEnded) return;
      child.kill('SIGTERM');
      const kill = setTimeout(() => child.kill('SIGKILL'), END_GRACE_MS);
      await ended;
      clearTimeout(kill);
    },
  };
}

function isAnswered(url: string, signer: 'anyone' | (() => string) | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const fail = (): void => resolve(false);
    const take = (response: { statusCode?: number | undefined; resume(): unknown }): void => {
      response.resume();
      resolve(response.statusCode === OK);
    };
    try {
      const request =
        signer === undefined
          ? getPlain(url, take)
          : getSecure(url, signer === 'anyone' ? { rejectUnauthorized: false } : { ca: signer() }, take);
      request.setTimeout(LOOK_EVERY_MS * 50, () => request.destroy(new Error('silence'))).once('error', fail);
    } catch {
      fail(); // the certificate is not written yet
    }
  });
}
