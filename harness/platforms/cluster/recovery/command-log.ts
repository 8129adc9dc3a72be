import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { maskText, needlesOf } from '../../../core/mask-text.ts';

/** A line of this many characters is written in parts. */
const LONGEST_LINE = 64 * 1024;
/** Of the last line that is told of, in characters. */
const SHOWN = 200;

/** What a command says, on its way to a file. */
export interface CommandLog {
  /** One for each stream of the command: their lines do not mix. */
  stream(): (data: Buffer) => void;
  /** Writes what is left of lines that were not ended. */
  close(): void;
  /** The last line that was not empty. */
  lastLine(): string;
}

/** Appends what a command says to a file, line by line, without any of the secrets: also where one came in two parts. */
export function openCommandLog(path: string, secrets: readonly string[]): CommandLog {
  // A secret of several lines is looked for line by line too.
  const needles = needlesOf(secrets.flatMap((secret) => [secret, ...secret.split('\n').filter(isLong)]));
  const longest = needles[0]?.length ?? 0;
  const rests: (() => void)[] = [];
  let last = '';
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, '');

  function write(text: string): void {
    const masked = maskText(text, needles);
    appendFileSync(path, masked);
    last = masked.split('\n').findLast((line) => line.trim() !== '') ?? last;
  }
  return {
    stream() {
      const decoder = new StringDecoder('utf8');
      let pending = '';
      rests.push(() => {
        pending += decoder.end();
        if (pending !== '') write(`${pending}\n`);
        pending = '';
      });
      return (data) => {
        pending += decoder.write(data);
        const end = pending.lastIndexOf('\n') + 1;
        if (end > 0) {
          write(pending.slice(0, end));
          pending = pending.slice(end);
        } else if (pending.length > LONGEST_LINE + 2 * longest) {
          // The secrets go first: one that lies across the cut is then whole in neither part.
          pending = maskText(pending, needles);
          write(pending.slice(0, LONGEST_LINE));
          pending = pending.slice(LONGEST_LINE);
        }
      };
    },
    close() {
      for (const rest of rests) rest();
    },
    lastLine: () => last.trim().slice(0, SHOWN),
  };
}

/** Short parts of a secret (`-----`, a brace) are no secret, and would blacken everything. */
function isLong(line: string): boolean {
  return line.length >= 8;
}
