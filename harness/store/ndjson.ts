const NEWLINE = 10;

/** The lines of an append-only file. */
export interface Lines<Entry> {
  readonly entries: readonly Entry[];
  /** The end of the file when its writer was killed while writing it; what stands there is not used. */
  readonly torn: { readonly line: number; readonly bytes: number } | null;
}

/**
 * Reads lines one by one: a single letter outside Latin-1 would make one big string twice as large and a third slower to read. `parse`
 * gives what a line holds, or, as a string, what is wrong with it; `damaged` makes the error of a wrong line that is not the torn last one.
 * @throws what `damaged` gives.
 */
export function readLines<Entry extends object>(
  content: Buffer,
  parse: (line: string, index: number) => Entry | string,
  damaged: (line: number, what: string) => Error,
): Lines<Entry> {
  const entries: Entry[] = [];
  let position = 0;
  while (position < content.length) {
    const newline = content.indexOf(NEWLINE, position);
    const end = newline === -1 ? content.length : newline;
    const result = parse(content.toString('utf8', position, end), entries.length);
    if (typeof result === 'string') {
      if (newline === -1) return { entries, torn: { line: entries.length + 1, bytes: end - position } };
      throw damaged(entries.length + 1, result);
    }
    entries.push(result);
    position = end + 1;
  }
  return { entries, torn: null };
}
