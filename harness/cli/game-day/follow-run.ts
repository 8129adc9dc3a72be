import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { formatMillis } from '../../core/duration.ts';
import { eventSchema, type RunEvent } from '../../core/events.ts';
import { History } from '../../core/history.ts';
import { isSameProcessAlive, signalProcess, type ProcessIdentity } from '../../core/process-identity.ts';
import { RECORD_FILE } from '../../store/record-writer.ts';
import { withoutRepeats } from '../progress/sentences.ts';

/** Between two looks at the record of a run, in milliseconds. */
const LOOK_EVERY_MS = 50;
/** Between two questions whether it is to be stopped, in milliseconds. */
const JUDGE_EVERY_MS = 500;

export interface FollowOptions {
  /** The folder of the run; may not be there yet. */
  readonly dir: string;
  readonly process: ProcessIdentity;
  readonly stop: AbortSignal;
  readonly say: (text: string) => void;
  readonly showStatus: (text: string) => void;
  readonly onStop: () => void;
  /** Told after every look at the record while the run goes on. */
  readonly onLook?: (history: History) => void;
  /** Asked now and then while the run goes on and nobody has stopped it; true ends it, as the stop key does. Left out: its samples are not even read. */
  readonly isToStop?: (history: History) => boolean;
}

/** How long it took from the stop until the run had undone its fault, and everything, in milliseconds; null when nobody stopped it. */
export interface Followed {
  /** Null also where the fault was undone before, or that was not seen. */
  readonly faultUndoneAfterMs: number | null;
  readonly undoneAfterMs: number | null;
}

export const NOT_STOPPED: Followed = { faultUndoneAfterMs: null, undoneAfterMs: null };

/** Shows a run by its own record until its process is gone, whoever started it. A stop sends it SIGINT, as Ctrl-C would. */
export async function followRun(options: FollowOptions): Promise<Followed> {
  const { dir, process: run, stop } = options;
  const tail = openTail(join(dir, RECORD_FILE), options.isToStop !== undefined);
  // A day asks for one trial.
  const history = new History(1);
  const enough = new AbortController();
  const sentence = withoutRepeats();
  const status = statusLine();
  const clock = { stoppedAt: 0, faultUndoneAt: 0, undoneAt: 0, lookedAt: 0 };
  const onStop = (): void => {
    if (clock.stoppedAt > 0) return;
    clock.stoppedAt = performance.now();
    options.onStop();
    signalProcess(run, 'SIGINT');
  };
  if (stop.aborted) onStop();
  stop.addEventListener('abort', onStop);
  enough.signal.addEventListener('abort', onStop);
  try {
    for (;;) {
      const isOver = !isSameProcessAlive(run);
      for (const event of tail.read()) {
        history.add(event);
        status.take(event);
        const text = sentence(event);
        if (text !== undefined) options.say(`  [${formatMillis(event.t)}] ${text.trimStart()}`);
        if (event.type === 'fault.undone' && event.succeeded) clock.faultUndoneAt = performance.now();
        if (event.type === 'run.finished') clock.undoneAt = performance.now();
      }
      if (isOver) break;
      options.onLook?.(history);
      if (clock.stoppedAt === 0 && performance.now() - clock.lookedAt > JUDGE_EVERY_MS) {
        clock.lookedAt = performance.now();
        if (options.isToStop?.(history) === true) enough.abort();
      }
      options.showStatus(clock.stoppedAt > 0 ? 'Stopping, and undoing what was done …' : status.text());
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  } finally {
    stop.removeEventListener('abort', onStop);
    tail.close();
  }
  if (clock.stoppedAt === 0) return NOT_STOPPED;
  const undoneAt = clock.undoneAt === 0 ? performance.now() : clock.undoneAt;
  return {
    faultUndoneAfterMs: clock.faultUndoneAt > clock.stoppedAt ? clock.faultUndoneAt - clock.stoppedAt : null,
    undoneAfterMs: Math.max(0, undoneAt - clock.stoppedAt),
  };
}

/** `worker_failure: recovery; fault 12.3 s ago, objective 5 min 00 s. Esc stops it.` */
function statusLine(): { take(event: RunEvent): void; text(): string } {
  const startedAt = performance.now();
  let [name, phase, objective] = ['the run', 'starting', ''];
  let faultAt: number | undefined;
  return {
    take(event) {
      if (event.type === 'run.started') {
        name = event.scenario.id;
        objective = `, objective ${formatMillis(event.objective.recoverySeconds * 1000)}`;
      }
      if (event.type === 'phase') phase = event.name;
      if (event.type === 'fault.injected') faultAt ??= performance.now();
    },
    text() {
      const since = faultAt === undefined ? '' : `; fault ${whole(performance.now() - faultAt)} ago${objective}`;
      return `▶ ${name}: ${phase} (${whole(performance.now() - startedAt)})${since}. Esc stops it.`;
    },
  };
}

function whole(ms: number): string {
  return formatMillis(Math.floor(ms / 1000) * 1000);
}

/** Reads what was added to a record since the last time; a line that is still being written waits. */
function openTail(path: string, withSamples: boolean): { read(): RunEvent[]; close(): void } {
  let file: number | undefined;
  let rest = Buffer.alloc(0);
  const chunk = Buffer.alloc(256 * 1024);
  return {
    read() {
      if (file === undefined) {
        if (!existsSync(path)) return [];
        file = openSync(path, 'r');
      }
      const parts: Buffer[] = [rest];
      for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
        parts.push(Buffer.from(chunk.subarray(0, read)));
      }
      const content = Buffer.concat(parts);
      const end = content.lastIndexOf(0x0a) + 1;
      rest = Buffer.from(content.subarray(end));
      return content
        .toString('utf8', 0, end)
        .split('\n')
        .flatMap((line) => parseEvent(line, withSamples));
    },
    close() {
      if (file !== undefined) closeSync(file);
    },
  };
}

/** Samples are most of a record: where nobody judges it they are not worth the work of the schema. What does not read is told by those who judge the record. */
function parseEvent(line: string, withSamples: boolean): RunEvent[] {
  if (line === '' || (!withSamples && line.includes('"type":"sample"'))) return [];
  try {
    const parsed = eventSchema.safeParse(JSON.parse(line));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}
