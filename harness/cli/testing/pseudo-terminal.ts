/** Drives the command line through a real pseudo-terminal, as a person does. Python's `pty` makes it: Python 3 is a prerequisite anyway. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import pWaitFor from 'p-wait-for';

const BRIDGE = fileURLToPath(new URL('pty-bridge.py', import.meta.url));
const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

export interface PseudoTerminal {
  /** Types text; `\r` is Enter, `\u001B` Esc. */
  type(text: string): void;
  /** Waits until the text is shown, after what was waited for before. @throws Error with the end of the screen. */
  waitFor(text: string, timeoutMs?: number): Promise<void>;
  /** Waits for a question, and answers it. */
  answer(question: string, answer: string, timeoutMs?: number): Promise<void>;
  /** Everything that was shown so far, without control sequences. */
  screen(): string;
  /** Ends it, whatever it does. */
  close(): void;
  /** The exit code of the command; 137 after SIGKILL. */
  readonly ended: Promise<number | null>;
}

/** Starts a command in a terminal of its own. */
export function openPseudoTerminal(args: readonly string[], environment: Record<string, string>): PseudoTerminal {
  const child = spawn('python3', [BRIDGE, process.execPath, MAIN, ...args], {
    env: { ...process.env, ...environment, TERM: 'xterm-256color' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  let looked = 0;
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => (shown += text));
  const ended = new Promise<number | null>((resolve) => void child.once('close', resolve));
  const screen = (): string => stripVTControlCharacters(shown);

  const waitFor = async (text: string, timeoutMs = 120_000): Promise<void> => {
    const found = (): number => screen().indexOf(text, looked);
    await pWaitFor(() => found() !== -1, { interval: 20, timeout: timeoutMs }).catch((cause: unknown) => {
      throw new Error(`The terminal did not show “${text}”. Its last lines:\n${screen().slice(-3000)}`, { cause });
    });
    looked = found() + text.length;
  };
  const type = (text: string): void => void child.stdin.write(text);
  return {
    type,
    waitFor,
    async answer(question, answer, timeoutMs) {
      await waitFor(question, timeoutMs);
      type(`${answer}\r`);
    },
    screen,
    // Its terminal is gone with it: what runs there gets SIGHUP.
    close: () => void child.kill('SIGKILL'),
    ended,
  };
}
