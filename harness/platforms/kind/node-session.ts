import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { Socket } from 'node:net';
import { ChaosError } from '../../core/errors.ts';

/**
 * A shell in a node that stays open: a command in it takes milliseconds, where a new `docker exec` takes a tenth of a second, which would be an
 * error of every time that is measured through it.
 */
export interface NodeSession {
  /**
   * Runs a script in the node's shell and returns what it printed.
   * @throws ChaosError `platform` when it failed, or when the node or its shell is gone.
   */
  run(script: string): Promise<string>;
  /** True once the shell is gone: by itself, or with its node. */
  hasEnded(): boolean;
  close(): void;
}

interface Waiting {
  readonly mark: string;
  readonly resolve: (printed: string) => void;
  readonly reject: (error: ChaosError) => void;
}

/**
 * Opens a shell in a node, by the id of its container; `onEnd` is called when it is gone. It holds up the end of this process while a command is waited for,
 * and no longer.
 */
export function openNodeSession(nodeId: string, name: string, onEnd: () => void): NodeSession {
  const shell = spawn('docker', ['exec', '--interactive', nodeId, 'sh'], { stdio: ['pipe', 'pipe', 'pipe'] });
  shell.unref();
  for (const stream of [shell.stdin, shell.stdout, shell.stderr]) if (stream instanceof Socket) stream.unref();
  const waiting: Waiting[] = [];
  /** An answer that is waited for may be all that a process has left to do, as in `cleanup`. */
  function hold(): void {
    if (!(shell.stdout instanceof Socket)) return;
    if (waiting.length > 0) shell.stdout.ref();
    else shell.stdout.unref();
  }
  let printed = '';
  let said = '';
  let ended: ChaosError | undefined;

  function end(reason: string): void {
    ended ??= new ChaosError({ code: 'platform', message: `The shell in ${name} is gone: ${reason}.` });
    for (const { reject } of waiting.splice(0)) reject(ended);
    hold();
    onEnd();
  }
  shell.on('error', (error) => end(error.message));
  shell.on('close', () => end(said.trim().slice(-200) || 'it ended'));
  shell.stdin.on('error', (error) => end(error.message));
  shell.stderr.on('data', (data: Buffer) => (said = (said + data.toString()).slice(-400)));
  shell.stdout.setEncoding('utf8');
  shell.stdout.on('data', (data: string) => {
    printed += data;
    for (;;) {
      const next = waiting[0];
      const found = next && new RegExp(`${next.mark} (\\d+)\\n`).exec(printed);
      if (next === undefined || found == null) return;
      waiting.shift();
      hold();
      const output = printed.slice(0, found.index);
      printed = printed.slice(found.index + found[0].length);
      if (found[1] === '0') next.resolve(output);
      else
        next.reject(
          new ChaosError({ code: 'platform', message: `A command failed in ${name}: ${output.trim() || said.trim()}` }),
        );
    }
  });

  return {
    run: (script) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) {
          reject(ended);
          return;
        }
        const mark = `end-${randomUUID()}`;
        waiting.push({ mark, resolve, reject });
        hold();
        // In a shell of its own, so that a script which ends its shell does not end the session.
        shell.stdin.write(`(\n${script}\n) < /dev/null\nprintf '%s %s\\n' '${mark}' "$?"\n`);
      }),
    hasEnded: () => ended !== undefined,
    close() {
      end('it was closed');
      shell.kill();
    },
  };
}
