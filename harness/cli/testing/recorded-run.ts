/**
 * Takes the place of the harness in tests of a game day: the same arguments, the same files, the same lock, exit codes and signals, but a
 * scenario is the sample of reports/, played in two seconds, and an audit one that was made of a local stack. What it does not have: a stack, a fault, an undo.
 * `--set records=1` loses a record; `--set records=2` dies on its own in the middle; `--set records=3` plays a hundred times slower; `--set records=4` never recovers, and
 * goes on until it is stopped.
 */
import { mkdirSync, readFileSync, writeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { RECORD_FILE } from '../../store/record-writer.ts';
import { reportsDirectory } from '../project-paths.ts';

const SAMPLE = fileURLToPath(new URL(`../../../reports/sample/${RECORD_FILE}`, import.meta.url));
const AUDIT = fileURLToPath(new URL('recorded-audit.json', import.meta.url));
const PLAYED_MS = 2000;
/** Nothing arrives any more after this moment of the sample. */
const STUCK_FROM_MS = 23_000;
const STUCK = { rows: 0, maxSeq: 0 };
const line = z.looseObject({ i: z.int(), t: z.number(), type: z.string() });
type Line = z.infer<typeof line>;

const [command = '', ...args] = process.argv.slice(2);
process.exitCode = await run();

async function run(): Promise<number> {
  switch (command) {
    case 'status':
      process.stdout.write('No stack is up.\n');
      return 0;
    case 'steady': {
      const waits = [{ name: 'a recorded stack is steady', satisfied: true, lastState: 'true' }];
      process.stdout.write(JSON.stringify({ isSteady: true, waits }));
      return 0;
    }
    case 'audit':
      return audit();
    case 'up':
    case 'down':
    case 'doctor':
      return 0;
    case 'cleanup':
      return (await import('../commands/cleanup.ts')).cleanupCommand();
    default:
      return play();
  }
}

/** As if it were made now. */
async function audit(): Promise<number> {
  const { auditResultSchema } = await import('../../core/audit.ts');
  const { auditIdOf } = await import('../../store/audit-file.ts');
  const { writeAudit } = await import('../audit/write-audit.ts');
  const at = new Date().toISOString();
  const result = { ...auditResultSchema.parse(JSON.parse(readFileSync(AUDIT, 'utf8'))), at, auditId: auditIdOf(at) };
  writeAudit(reportsDirectory(), result);
  process.stdout.write(JSON.stringify(result));
  return 1;
}

// What judges is loaded only where it is used: most of these processes have nothing to judge.
async function play(): Promise<number> {
  const { acquireRunLock } = await import('../../runner/run-lock.ts');
  const runId = args[args.indexOf('--run-id') + 1] ?? '';
  const behaviour = args.find((arg) => arg.startsWith('records='))?.slice('records='.length) ?? '';
  const interrupt = new AbortController();
  process.on('SIGINT', () => interrupt.abort());
  const lock = acquireRunLock(runId);
  const dir = join(reportsDirectory(), runId);
  mkdirSync(dir, { recursive: true });
  const file = openSync(join(dir, RECORD_FILE), 'ax');
  const lines = readFileSync(SAMPLE, 'utf8')
    .trim()
    .split('\n')
    .map((text) => line.parse(JSON.parse(text)));
  const last = lines.at(-1)?.t ?? 1;
  const pace = (PLAYED_MS / last) * (behaviour === '3' ? 100 : 1);
  let written = 0;
  const write = (event: Line | Omit<Line, 'i'>): void => {
    writeSync(file, `${JSON.stringify({ ...event, i: written })}\n`);
    written += 1;
  };
  const startedAt = performance.now();
  for (const event of lines) {
    while (!interrupt.signal.aborted && performance.now() - startedAt < event.t * pace)
      await new Promise((resolve) => setTimeout(resolve, 5));
    if (behaviour === '4' && event.type === 'phase' && event['name'] === 'teardown')
      await interrupted(interrupt.signal);
    if (interrupt.signal.aborted) break;
    if (behaviour === '2' && event.t > last / 2) process.kill(process.pid, 'SIGKILL');
    write(changed(event, runId, behaviour));
  }
  if (interrupt.signal.aborted) {
    const t = (performance.now() - startedAt) / pace;
    write({ t, trial: 0, type: 'leftovers', scope: 'after-teardown', complete: true, found: [] });
    write({ t, trial: 0, type: 'run.finished', outcome: 'interrupted', reason: 'The run was interrupted and undone.' });
  }
  lock.release();
  const { judgeRecorded } = await import('../judge-recorded.ts');
  const { writeReports } = await import('../write-reports.ts');
  const { journal, events } = await judgeRecorded(dir);
  writeReports(dir, journal, events);
  if (interrupt.signal.aborted) return 130;
  return journal.verdict === 'pass' ? 0 : 1;
}

/** Resolves once it is stopped. */
async function interrupted(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 5));
}

function changed(event: Line, runId: string, behaviour: string): Line {
  if (event.type === 'run.started') return { ...event, runId, wallStart: new Date().toISOString() };
  if (event.type === 'delivery' && behaviour === '4' && event.t > STUCK_FROM_MS) return { ...event, ...STUCK };
  if (event.type === 'delivery.read' && behaviour === '1')
    return {
      ...event,
      rows: 20_499,
      present: [
        [1, 16_999],
        [17_001, 20_500],
      ],
    };
  return event;
}
