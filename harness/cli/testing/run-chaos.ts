/** Runs the real command line on the real stack, for integration tests. Each test has state and reports of its own. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import pWaitFor from 'p-wait-for';
import { journalSchema, type CheckResult, type Journal } from '../../core/journal.ts';

/** With what `npm run chaos` starts Node (package.json). */
export const NODE_FLAGS = [
  '--max-semi-space-size=8',
  '--import',
  fileURLToPath(new URL('../require-node.js', import.meta.url)),
] as const;
/** What `npm run chaos` runs. */
export const CHAOS = [...NODE_FLAGS, fileURLToPath(new URL('../main.ts', import.meta.url))] as const;

/** A place where nothing of another test is. */
export interface Workplace {
  readonly dir: string;
  readonly reports: string;
  readonly state: string;
  readonly environment: Record<string, string>;
  remove(): void;
}

export function makeWorkplace(): Workplace {
  const dir = mkdtempSync(join(tmpdir(), 'chaos-e2e-'));
  const reports = join(dir, 'reports');
  const state = join(dir, 'state');
  mkdirSync(reports);
  return {
    dir,
    reports,
    state,
    environment: { CHAOS_REPORTS_DIR: reports, CHAOS_STATE_DIR: state, INIT_CWD: dir },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** A command that runs; awaiting it gives how it ended. */
interface RunningCommand extends PromiseLike<{
  readonly exitCode?: number;
  readonly stdout: string;
  readonly stderr: string;
}> {
  kill(signal: NodeJS.Signals): boolean;
  /** What ended it; null while it lives. */
  readonly signalCode: NodeJS.Signals | null;
}

/** Kills a command with SIGKILL. Programs that it had started, and that nobody ends, may hold its output open: it is not waited for. */
export async function killHard(run: RunningCommand): Promise<void> {
  run.kill('SIGKILL');
  await pWaitFor(() => run.signalCode !== null, { interval: 10, timeout: 30_000 });
}

/** The stacks that commands have left; none where none was ever brought up. */
export function stacksOf(place: Workplace): string[] {
  const dir = join(place.state, 'stacks');
  return existsSync(dir) ? readdirSync(dir) : [];
}

/** Starts a command; its output is collected, its exit code is not judged. It is never killed for taking long to end. */
export function startChaos(place: Workplace, args: readonly string[]): RunningCommand {
  const options = { reject: false, env: place.environment, forceKillAfterDelay: false } as const;
  return execa(process.execPath, [...CHAOS, ...args], options);
}

/** Runs a scenario to its end and returns the journal. @throws when it left none, with what the command said. */
export async function runForJournal(
  place: Workplace,
  args: readonly string[],
): Promise<{ journal: Journal; exitCode: number | undefined; log: string }> {
  const { stdout, stderr, exitCode } = await startChaos(place, [...args, '--json']);
  const parsed = journalSchema.safeParse(parseJson(stdout));
  if (!parsed.success) throw new Error(`no journal (exit code ${exitCode}): ${stderr.slice(-2000)}`);
  return { journal: parsed.data, exitCode, log: stderr };
}

/** The text of the newest record of a scenario, also while it grows; empty while there is none beside those that `except` names. */
export function newestRecord(place: Workplace, scenario: string, except: readonly string[] = []): string {
  const run = readdirSync(place.reports)
    .filter((name) => name.includes(scenario) && !except.includes(name))
    .toSorted()
    .at(-1);
  const file = run === undefined ? '' : join(place.reports, run, 'events.ndjson');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** The checks that did not pass by themselves, not as a consequence of another. */
export function rootCauses(journal: Journal): string[] {
  const checks: CheckResult[] = [...journal.trials.flatMap((trial) => trial.checks), ...journal.runChecks];
  return checks
    .filter((check) => check.verdict !== 'pass' && check.consequenceOf === undefined)
    .map((check) => check.id);
}

/** A file of objectives with a short RTO, so that what never recovers need not be watched for five minutes. */
export function shortObjectives(
  place: Workplace,
  recovery: string,
  id = 'worker_failure',
  recoveryPoint?: string,
): string {
  const point = recoveryPoint === undefined ? '' : `recovery_point: ${recoveryPoint}, `;
  const file = join(place.dir, 'objectives.yaml');
  writeFileSync(
    file,
    `version: 1
objectives:
  ${id}: {recovery: ${recovery}, lost_writes: 0, ${point}source: a test}
retry:
  documented: {kind: exponential, attempts: 3, initial: 2s, factor: 2, max: 60s}
  airbyte: {kind: airbyte, complete_successive: 5, complete_total: 10, partial_successive: 1000, partial_total: 20, min: 10s, max: 30m, base: 3}
`,
  );
  return file;
}

/** Settings for a quick rehearsal: fewer records, and a dead worker is noticed sooner. */
export const QUICK = [
  '--set',
  'records=12000',
  '--set',
  'killAtShare=0.5',
  '--set',
  'ATTEMPT_HEARTBEAT_TIMEOUT_SECONDS=4',
  '--set',
  'DOCUMENTED_RETRY_INITIAL_SECONDS=2',
] as const;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
