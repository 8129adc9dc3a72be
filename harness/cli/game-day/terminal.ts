import { stripVTControlCharacters } from 'node:util';

/** What a person does at a terminal. */
export interface TerminalListener {
  onLine(line: string): void;
  /** Esc or Ctrl-C. */
  onStopKey(): void;
  /** Nobody can type any more. */
  onEnd(): void;
}

/** The bottom of the screen: what is going on, and what is being typed. Everything else scrolls by above it. */
export interface Terminal {
  write(text: string): void;
  show(status: string | undefined, prompt: string | undefined): void;
  close(): void;
}

const MOST_TYPED = 500;
const ESCAPE = '\u001B';
const CTRL_C = '\u0003';
const CTRL_U = '\u0015';

/** A terminal that is read key by key, so that a single key can stop what is going on while something is being typed. */
export function openTerminal(listener: TerminalListener): Terminal {
  const { stdin, stdout } = process;
  let typed = '';
  let status: string | undefined;
  let prompt: string | undefined;
  let drawn = 0;

  const erase = (): void => {
    if (drawn > 0) stdout.write(`\r${drawn > 1 ? `\u001B[${drawn - 1}A` : ''}\u001B[0J`);
    drawn = 0;
  };
  const draw = (): void => {
    erase();
    const width = (stdout.columns ?? 100) - 1;
    const lines = status === undefined ? [] : [`\u001B[1m${fit(status, width)}\u001B[0m`];
    const before = prompt === undefined ? '✎ ' : `${prompt} `;
    lines.push(fitEnd(`${before}${typed}`, width));
    stdout.write(lines.join('\n'));
    drawn = lines.length;
  };
  const enter = (): void => {
    const line = typed.trim();
    typed = '';
    listener.onLine(line);
  };
  const onData = (chunk: string): void => {
    // An arrow or function key comes as one chunk that begins with Esc; Esc alone is the last of its chunk.
    if (chunk.endsWith(ESCAPE) || chunk.includes(CTRL_C)) listener.onStopKey();
    for (const key of stripVTControlCharacters(chunk)) {
      if (key === '\r' || key === '\n') enter();
      else if (key === '\u007F' || key === '\b') typed = Array.from(typed).slice(0, -1).join('');
      else if (key === CTRL_U) typed = '';
      else if (!/\p{Cc}/u.test(key)) typed = `${typed}${key}`.slice(0, MOST_TYPED);
    }
    draw();
  };
  const onEnd = (): void => listener.onEnd();
  stdin.setEncoding('utf8');
  stdin.setRawMode(true);
  stdin.on('data', onData);
  stdin.on('end', onEnd);
  // Reading from a terminal that is gone is an error (EIO), not an end.
  stdin.on('error', onEnd);
  draw();
  return {
    write(text) {
      erase();
      stdout.write(`${text}\n`);
      draw();
    },
    show(newStatus, newPrompt) {
      if (newStatus === status && newPrompt === prompt) return;
      status = newStatus;
      prompt = newPrompt;
      draw();
    },
    close() {
      erase();
      stdin.off('data', onData);
      stdin.off('end', onEnd);
      stdin.setRawMode(false);
      stdin.pause();
    },
  };
}

/** A stream of lines in place of a terminal: `stop` on a line of its own is the stop key. */
export function openLines(listener: TerminalListener): Terminal {
  const { stdin, stdout } = process;
  let rest = '';
  const onData = (text: string): void => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.trim().toLowerCase() === 'stop') listener.onStopKey();
      else listener.onLine(line.trim());
    }
  };
  const onEnd = (): void => listener.onEnd();
  stdin.setEncoding('utf8');
  stdin.on('data', onData);
  stdin.on('end', onEnd);
  return {
    write: (text) => void stdout.write(`${text}\n`),
    show: () => undefined,
    close() {
      stdin.off('data', onData);
      stdin.off('end', onEnd);
      stdin.pause();
    },
  };
}

/** Nobody reads along but a log. */
export function openLog(): Terminal {
  return { write: (text) => void process.stdout.write(`${text}\n`), show: () => undefined, close: () => undefined };
}

function fit(line: string, width: number): string {
  const seen = stripVTControlCharacters(line);
  return seen.length <= width ? line : `${seen.slice(0, Math.max(0, width - 1))}…`;
}

/** What is being typed stays in sight. */
function fitEnd(line: string, width: number): string {
  return line.length <= width ? line : `…${line.slice(line.length - width + 1)}`;
}
