import { createHash } from 'node:crypto';

/** Runs one program of a build, with its output in the part's log. */
export type RunProgram = (
  program: string,
  args: readonly string[],
  options?: {
    readonly cwd?: string;
    readonly environment?: Readonly<Record<string, string>>;
    /** A file that becomes its standard input. */
    readonly inputFile?: string;
    /** A file that gets its standard output instead of the log. */
    readonly outputFile?: string;
  },
) => Promise<string>;

/** What a part is given to be made. */
export interface BuildContext {
  /** Empty; what is in it afterwards is the part. */
  readonly directory: string;
  /** Removed afterwards. */
  readonly scratch: string;
  /** Kept until all parts are there, so that a build that was interrupted goes on where it was. */
  readonly goCache: string;
  /** Where a part that this one needs is. */
  readonly folderOf: (part: Part) => string;
  readonly run: RunProgram;
}

/** One thing that is built once and then kept by the hash of everything that decides what comes out. */
export interface Part {
  readonly name: string;
  /** For people, with the version: `Kubernetes 1.34.4 (7 programs)`. */
  readonly title: string;
  /** Versions, texts of scripts: whatever decides what comes out beside the parts that it needs. */
  readonly inputs: readonly string[];
  readonly needs: readonly Part[];
  build(context: BuildContext): Promise<void>;
  /** For what is kept elsewhere than in the folder, such as an image: false when it is gone. */
  isThere?(directory: string): Promise<boolean>;
}

/** Changes when anything that decides what comes out changes, here or in a part that it needs. */
export function keyOf(part: Part): string {
  const hash = createHash('sha256').update(part.name);
  for (const input of part.inputs) hash.update('\0').update(input);
  for (const needed of part.needs) hash.update('\0').update(keyOf(needed));
  return hash.digest('hex').slice(0, 12);
}

/** Name of the part's folder in the cache. */
export function folderName(part: Part): string {
  return `${part.name}-${keyOf(part)}`;
}

/** The parts and all that they need, each once, what is needed first. */
export function inOrder(parts: readonly Part[]): Part[] {
  const ordered = new Set<Part>();
  const add = (part: Part): void => {
    for (const needed of part.needs) add(needed);
    ordered.add(part);
  };
  for (const part of parts) add(part);
  return [...ordered];
}
