import { createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { execa, ExecaError } from 'execa';
import { z } from 'zod';
import { takeInstallLock } from '../../fixtures/local/install/install-lock.ts';
import { LocalError } from '../../fixtures/local/local-error.ts';
import type { ReportProgress } from '../../fixtures/local/progress.ts';
import { folderName, inOrder, type Part, type RunProgram } from './part.ts';

/** From nothing it takes 24 minutes on two cores, and longer beside other work. */
const OTHER_BUILD_TIMEOUT_MS = 60 * 60_000;
/** Of parts that are being built: two compile, and a third one downloads or unpacks, which takes little of a CPU. */
const AT_ONCE = 3;
const STILL_WORKING_EVERY_MS = 10_000;
const END_GRACE_MS = 3000;
/** How much of a log an error shows. */
const SHOWN_LINES = 8;

/** Written last into a part's folder. */
const completeSchema = z.object({ title: z.string(), elapsedMs: z.number() });

/** What became of one part. */
export interface PartResult {
  readonly title: string;
  readonly directory: string;
  /** How long it took to make, now or when it was made. */
  readonly elapsedMs: number;
  readonly isNew: boolean;
}

export interface BuildOptions {
  /** Folder of the cache in which the parts are kept. */
  readonly directory: string;
  readonly progress: ReportProgress;
  readonly signal: AbortSignal;
}

/**
 * Makes what is missing of the parts and of what they need, three at a time, each as soon as what it needs is there, the first ones first. What is there is
 * taken as it is. What was finished before an interruption is not made again. With a failure what else is under way ends too.
 * @throws LocalError `install` naming the part, with the end of its log; `interrupted`.
 */
export async function buildParts(parts: readonly Part[], options: BuildOptions): Promise<PartResult[]> {
  mkdirSync(options.directory, { recursive: true });
  const lock = await takeInstallLock(join(options.directory, 'build.lock'), OTHER_BUILD_TIMEOUT_MS, options.progress);
  try {
    const results = await takeAll(inOrder(parts), options);
    rmSync(join(options.directory, 'go'), { recursive: true, force: true });
    return results;
  } finally {
    lock[Symbol.dispose]();
  }
}

/** The parts of these that are not there yet. */
export async function missingParts(parts: readonly Part[], directory: string): Promise<Part[]> {
  const looks = inOrder(parts).map(async (part) => ((await readComplete(part, directory)) === undefined ? [part] : []));
  return (await Promise.all(looks)).flat();
}

/** Takes each when what it needs is there, of those that could be taken the first; the results are in the order of the parts. */
async function takeAll(parts: readonly Part[], options: BuildOptions): Promise<PartResult[]> {
  const failing = new AbortController();
  const signal = AbortSignal.any([options.signal, failing.signal]);
  const left = [...parts];
  const taken = new Map<Part, PartResult>();
  const underWay = new Map<Part, Promise<unknown>>();
  let failure: unknown;
  function begin(part: Part): void {
    const taking = take(part, { ...options, signal })
      .then((result) => taken.set(part, result))
      .catch((error: unknown) => {
        failure ??= error;
        failing.abort();
      })
      .finally(() => underWay.delete(part));
    underWay.set(part, taking);
  }
  function beginWhatCanBegin(): void {
    while (underWay.size < AT_ONCE && !failing.signal.aborted) {
      const index = left.findIndex(({ needs }) => needs.every((needed) => taken.has(needed)));
      const [ready] = index < 0 ? [] : left.splice(index, 1);
      if (ready === undefined) return;
      begin(ready);
    }
  }
  for (beginWhatCanBegin(); underWay.size > 0; beginWhatCanBegin()) await Promise.race(underWay.values());
  if (failure !== undefined) throw failure;
  return parts.flatMap((part) => taken.get(part) ?? []);
}

async function take(part: Part, options: BuildOptions): Promise<PartResult> {
  const directory = join(options.directory, folderName(part));
  const complete = await readComplete(part, options.directory);
  if (complete !== undefined) return { ...complete, directory, isNew: false };
  const startedAt = performance.now();
  const elapsedMs = (): number => Math.round(performance.now() - startedAt);
  options.progress('build', `building ${part.title}`);
  const stillWorking = setInterval(
    () => options.progress('build', `still building ${part.title} (${Math.round(elapsedMs() / 1000)} s)`),
    STILL_WORKING_EVERY_MS,
  );
  try {
    await buildAside(part, directory, options);
  } finally {
    clearInterval(stillWorking);
  }
  const result = { title: part.title, elapsedMs: elapsedMs() };
  writeFileSync(join(directory, 'complete.json'), JSON.stringify(result));
  options.progress('build', `${part.title} is built (${Math.round(result.elapsedMs / 1000)} s)`);
  return { ...result, directory, isNew: true };
}

async function readComplete(part: Part, cache: string): Promise<z.infer<typeof completeSchema> | undefined> {
  const directory = join(cache, folderName(part));
  const path = join(directory, 'complete.json');
  if (!existsSync(path)) return undefined;
  const complete = completeSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  return part.isThere === undefined || (await part.isThere(directory)) ? complete : undefined;
}

async function buildAside(part: Part, target: string, options: BuildOptions): Promise<void> {
  const staging = join(options.directory, `staging-${part.name}`);
  const built = join(staging, 'built');
  const scratch = join(staging, 'scratch');
  const log = join(options.directory, 'logs', `${part.name}.log`);
  rmSync(staging, { recursive: true, force: true });
  for (const folder of [built, scratch, join(options.directory, 'logs')]) mkdirSync(folder, { recursive: true });
  writeFileSync(log, '');
  try {
    await part.build({
      directory: built,
      scratch,
      goCache: join(options.directory, 'go'),
      folderOf: (needed) => join(options.directory, folderName(needed)),
      run: programRunner(log, options.signal),
    });
    rmSync(target, { recursive: true, force: true });
    renameSync(built, target);
  } catch (cause) {
    if (options.signal.aborted)
      throw new LocalError({ code: 'interrupted', message: 'The build was interrupted.', cause });
    throw new LocalError({
      code: 'install',
      message: `${part.title} could not be built: ${cause instanceof ExecaError ? cause.shortMessage : String(cause)}\n${endOf(log)}`,
      tryThis: `The whole log: ${log}. What is built already is kept: the same command goes on from here.`,
      cause,
    });
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function programRunner(log: string, signal: AbortSignal): RunProgram {
  return async (program, args, { cwd, environment = {}, inputFile, outputFile } = {}) => {
    writeFileSync(log, `$ ${program} ${args.join(' ')}\n`, { flag: 'a' });
    const toLog = createWriteStream(log, { flags: 'a' });
    const result = await execa(program, args, {
      ...(cwd === undefined ? {} : { cwd }),
      env: environment,
      ...(inputFile === undefined ? { stdin: 'ignore' as const } : { inputFile }),
      stdout: outputFile === undefined ? ['pipe', toLog] : { file: outputFile },
      stderr: ['pipe', toLog],
      cancelSignal: signal,
      forceKillAfterDelay: END_GRACE_MS,
    });
    return typeof result.stdout === 'string' ? result.stdout : '';
  };
}

function endOf(log: string): string {
  return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
}
