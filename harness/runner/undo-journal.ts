import { closeSync, existsSync, fsyncSync, openSync, readdirSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { UndoAction } from '../core/platform.ts';
import { undoDirectory } from '../core/state-directory.ts';

const action = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('remove-stack'), dir: z.string(), stackId: z.string() }),
  z.object({ kind: z.literal('end-programs'), dir: z.string(), stackId: z.string() }),
  z.object({ kind: z.literal('ensure-site'), dir: z.string(), stackId: z.string() }),
  z.object({ kind: z.literal('ensure-running'), dir: z.string(), instance: z.string() }),
  z.object({
    kind: z.literal('continue-process'),
    pid: z.int(),
    startTicks: z.int(),
    node: z.string().exactOptional(),
  }),
  z.object({ kind: z.literal('ensure-machines'), dir: z.string(), machines: z.array(z.string()) }),
  z.object({ kind: z.literal('join-again'), dir: z.string(), machine: z.string() }),
  z.object({ kind: z.literal('uncordon'), dir: z.string(), machine: z.string() }),
  z.object({ kind: z.literal('restore-source'), dir: z.string(), table: z.string().exactOptional() }),
  z.object({
    kind: z.literal('run-commands'),
    mark: z.string(),
    cwd: z.string(),
    logs: z.string(),
    env: z.array(z.string()),
    settings: z.record(z.string(), z.string()),
    commands: z.array(z.object({ command: z.array(z.string()), withinMs: z.number() })),
    original: z.object({ api: z.string(), withinMs: z.number(), config: z.string().exactOptional() }).exactOptional(),
  }),
  z.object({ kind: z.literal('remove-own'), config: z.string(), workspaceId: z.string(), runId: z.string() }),
  z.object({
    kind: z.literal('remove-chaos'),
    chaos: z.enum(['partition', 'clock']),
    config: z.string(),
    runId: z.string(),
    withinMs: z.number(),
  }),
  z.object({ kind: z.literal('remove-load'), config: z.string(), runId: z.string() }),
]) satisfies z.ZodType<UndoAction>;

const line = z.union([
  z.object({ id: z.int(), platform: z.string(), action }),
  z.object({ begun: z.int() }),
  z.object({ done: z.int() }),
]);

/** For one undo, in milliseconds: a machine of a cluster and what runs on it may need three minutes (measured: 25–90 s). */
const UNDO_TIMEOUT_MS = 240_000;

/** How long an undo may take, in milliseconds: commands of the operator have times of their own. */
export function undoTimeoutMs(undo: UndoAction): number {
  if (undo.kind === 'remove-chaos') return undo.withinMs + UNDO_TIMEOUT_MS;
  if (undo.kind !== 'run-commands') return UNDO_TIMEOUT_MS;
  const ownMs = UNDO_TIMEOUT_MS + (undo.original?.withinMs ?? 0);
  return undo.commands.reduce((sum, { withinMs }) => sum + withinMs, ownMs);
}

/** An undo that has been written down and not been carried out yet. */
export interface PendingUndo {
  readonly id: number;
  readonly platform: string;
  readonly action: UndoAction;
  /** How often it was begun, where that was written down: {@link UndoJournal.markBegun}. */
  readonly begun: number;
}

/** Commands of the operator: a run carries them out once, and whoever does so again has to be told. */
export function isOfOperator({ kind }: UndoAction): boolean {
  return kind === 'run-commands';
}

/**
 * What must be undone, on disk before it is done. One file per run; each line is synced before `plan` returns, so that
 * whatever instant the harness dies at, `cleanup` knows everything that may have been changed.
 */
export class UndoJournal {
  readonly runId: string;
  readonly #file: string;
  readonly #failures = new Map<number, string>();
  #nextId = 0;

  constructor(runId: string) {
    this.runId = runId;
    this.#file = join(undoDirectory(), `${runId}.ndjson`);
    this.#nextId = this.pending().reduce((highest, undo) => Math.max(highest, undo.id + 1), 0);
  }

  /** The journals of runs that have not been closed. */
  static unfinished(): UndoJournal[] {
    return readdirSync(undoDirectory())
      .filter((name) => name.endsWith('.ndjson'))
      .map((name) => new UndoJournal(name.slice(0, -'.ndjson'.length)));
  }

  /** Writes an undo down and returns its id once it is on the disk. */
  plan(platform: string, undo: UndoAction): number {
    const id = this.#nextId;
    this.#nextId += 1;
    this.#write({ id, platform, action: undo });
    return id;
  }

  /** Writes down that an undo begins, before it does. */
  markBegun(id: number): void {
    this.#write({ begun: id });
  }

  /** Keeps why an undo failed for whoever tells of it in this process; it stays pending. */
  noteFailure(id: number, why: string): void {
    this.#failures.set(id, why);
  }

  failureOf(id: number): string | undefined {
    return this.#failures.get(id);
  }

  markDone(id: number): void {
    this.#write({ done: id });
  }

  /** What has not been carried out, latest first: the order in which to undo. */
  pending(): PendingUndo[] {
    if (!existsSync(this.#file)) return [];
    const open = new Map<number, PendingUndo>();
    for (const text of readFileSync(this.#file, 'utf8').split('\n')) {
      const parsed = line.safeParse(parseLine(text));
      // A torn last line was never synced, so what it announced was never done.
      if (!parsed.success) continue;
      if ('done' in parsed.data) open.delete(parsed.data.done);
      else if ('begun' in parsed.data) {
        const undo = open.get(parsed.data.begun);
        if (undo !== undefined) open.set(undo.id, { ...undo, begun: undo.begun + 1 });
      } else open.set(parsed.data.id, { ...parsed.data, begun: 0 });
    }
    return [...open.values()].toReversed();
  }

  /** Removes the journal; only for when nothing is pending. */
  close(): void {
    if (existsSync(this.#file)) unlinkSync(this.#file);
    syncDirectory(undoDirectory());
  }

  #write(entry: unknown): void {
    const isNew = !existsSync(this.#file);
    const descriptor = openSync(this.#file, 'a');
    try {
      writeSync(descriptor, `${JSON.stringify(entry)}\n`);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    // A new file is only there after a power loss when its directory was synced too.
    if (isNew) syncDirectory(undoDirectory());
  }
}

function syncDirectory(dir: string): void {
  const descriptor = openSync(dir, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function parseLine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
