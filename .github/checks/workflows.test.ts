import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defineCommands } from '../../harness/cli/command-line.ts';
import { reportsDirectory } from '../../harness/cli/project-paths.ts';
import { seededRandom } from '../../harness/core/random.ts';
import { renderAll, renderIndex } from '../../harness/reporters/index.ts';
import { renderSeries } from '../../harness/reporters/series/render-series.ts';
import { sampleRun } from '../../harness/reporters/testing/sample-run.ts';
import { sampleSeries } from '../../harness/reporters/testing/sample-series.ts';
import { writeJournal } from '../../harness/store/journal-file.ts';
import { newRunId, SERIES } from '../../harness/store/run-directory.ts';
import { catalogue } from '../../scenarios/index.ts';
import { recordCommands } from './record-commands.ts';
import { readWorkflows, stepsOf, type PlacedStep } from './workflow-file.ts';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const MAIN = join(PROJECT, 'harness', 'cli', 'main.ts');
const workflows = readWorkflows();
const steps = stepsOf(workflows);
const blocks = steps.flatMap(({ where, step: { run, env } }) => (run === undefined ? [] : [{ where, run, env }]));

/** The step of that name. @throws Error where there is none. */
function stepNamed(end: string): PlacedStep['step'] {
  const found = steps.find(({ where }) => where.endsWith(end));
  if (found === undefined) throw new Error(`no step ${end}`);
  return found.step;
}

describe('what the workflows may do', () => {
  test('jobs may read and nothing else, but for the one that keeps the issue', () => {
    const jobs = workflows.flatMap((workflow) => Object.entries(workflow.jobs));
    expect(workflows.map(({ permissions }) => permissions)).toEqual(workflows.map(() => ({})));
    for (const [name, { permissions }] of jobs) {
      expect(permissions).toEqual({ contents: 'read', ...(name === 'issue' ? { issues: 'write' } : {}) });
    }
  });

  test('what may write issues runs nothing that was installed', () => {
    const commands = blocks.filter(({ where }) => where.includes(', issue:')).map(({ run }) => run);
    expect(commands).toEqual([expect.stringMatching(/^node .github\/scripts\/nightly-issue.ts /)]);
    const script = readFileSync(join(PROJECT, '.github', 'scripts', 'nightly-issue.ts'), 'utf8');
    const imported = [...script.matchAll(/from '([^']+)'/g)].map(([, name = '']) => name);
    expect(imported.filter((name) => !name.startsWith('node:'))).toEqual([]);
  });

  test('every action is pinned by its whole commit, its version beside it, and leaves no token behind', () => {
    for (const { path } of workflows) {
      const uses = readFileSync(path, 'utf8').match(/uses: .*/g) ?? [];
      expect(uses.length).toBeGreaterThan(2);
      for (const line of uses) expect(line).toMatch(/^uses: [\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
    const checkouts = steps.filter(({ step: { uses = '' } }) => uses.startsWith('actions/checkout@'));
    expect(checkouts.map(({ step }) => step.with['persist-credentials'])).toEqual(checkouts.map(() => 'false'));
  });

  test('what people type reaches a shell only as a variable', () => {
    expect(blocks.filter(({ run }) => run.includes('${{')).map(({ where }) => where)).toEqual([]);
  });

  test('the steps of a job cannot take longer than the job, so that the last ones always have their time', () => {
    for (const { jobs } of workflows) {
      for (const job of Object.values(jobs)) {
        const sum = job.steps.reduce((total, step) => total + (step['timeout-minutes'] ?? 0), 0);
        expect(sum).toBeLessThan(job['timeout-minutes']);
      }
    }
  });

  test('whatever happened, a night ends with cleaning up and taking the stack down', () => {
    const last = workflows.find(({ file }) => file === 'nightly.yml')?.jobs['rehearse']?.steps.slice(-2);
    expect(last).toMatchObject([
      { if: 'always()', run: 'npm run chaos -- cleanup' },
      { if: 'always()', run: 'npm run chaos -- down --platform kind' },
    ]);
  });
});

describe('what the workflows run', () => {
  test.each(blocks)('$where calls only what there is', async ({ where, run, env }) => {
    const { commands, exitCode, stderr } = await inProjectFolder(run, env);
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(commands.length, where).toBeGreaterThan(0);
    for (const command of commands) expectRunnable(command);
  });

  test('a night can be asked for some scenarios only', async () => {
    const { run = '' } = stepNamed('nightly.yml, rehearse: Rehearse');
    const everything = ['npm', 'run', 'chaos', '--', 'everything', '--platform', 'kind'];
    expect((await inProjectFolder(run, { ONLY: '' })).commands).toEqual([everything]);
    const some = await inProjectFolder(run, { ONLY: 'worker_failure, $(x) --set y=1' });
    expect(some.commands).toEqual([[...everything, '--only', 'worker_failure, $(x) --set y=1']]);
  });

  test.each([
    ['an option that is none', ['everything', '--platfrom', 'kind'], /unknown option '--platfrom'/],
    ['a platform that is none', ['up', '--platform', 'kid'], /argument 'kid' is invalid/],
    ['a word too many', ['cleanup', 'all'], /too many arguments/],
    ['a scenario that is none', ['worker_failures'], /no scenario worker_failures/],
  ])('%s would be found', (_what, args, message) => {
    expect(() => expectRunnable(['npm', 'run', 'chaos', '--', ...args])).toThrow(message);
  });
});

/** Runs a block with programs that only take notes, in a folder that looks like the project's. */
async function inProjectFolder(run: string, env: Readonly<Record<string, string>>): ReturnType<typeof recordCommands> {
  const cwd = mkdtempSync(join(tmpdir(), 'chaos-checkout-'));
  mkdirSync(join(cwd, 'reports'));
  // Expressions are GitHub's to replace; here any text does.
  const environment = Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value.replaceAll('${{', '')]),
  );
  try {
    return await recordCommands(run, { cwd, environment });
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** @throws Error where the command is not one that this project has and its own tests run. */
function expectRunnable([program = '', ...args]: readonly string[]): void {
  if (program === 'npm') return expectScript(args.filter((word) => word !== '--silent'));
  if (['apt-get', 'rm', 'cat'].includes(program)) return;
  const [file = ''] = args;
  // A script of ours has its tests beside it; what `bash` runs is linted (lint.test.ts).
  const needed = program === 'node' ? [file, file.replace(/\.ts$/, '.test.ts')] : [file];
  expect(needed.filter((path) => !existsSync(join(PROJECT, path)))).toEqual([]);
}

function expectScript(words: readonly string[]): void {
  const [verb, script, dashes, ...args] = words;
  const isChaos = verb === 'run' && script === 'chaos' && dashes === '--';
  if (isChaos) return parse(args);
  expect(readFileSync(join(PROJECT, '.ci', 'run'), 'utf8')).toMatch(new RegExp(`^npm ${words.join(' ')}( |$)`, 'm'));
}

/** Parses with the real command line and runs nothing. @throws Error for what it refuses. */
function parse(args: readonly string[]): void {
  const program = new Command('chaos').enablePositionalOptions();
  defineCommands(program, () => undefined);
  for (const command of [program, ...program.commands]) {
    command
      .exitOverride()
      .configureOutput({ writeErr: () => undefined })
      .allowExcessArguments(false)
      .action(() => undefined);
  }
  program.parse([...args], { from: 'user' });
  const [first = ''] = program.args;
  const isCommand = program.commands.some((command) => command.name() === first);
  if (!isCommand && !Object.hasOwn(catalogue, first)) throw new Error(`no scenario ${first}`);
}

describe('what the workflows keep and show', () => {
  let place = '';
  beforeAll(() => {
    place = mkdtempSync(join(tmpdir(), 'chaos-kept-'));
    leaveReports(join(place, 'reports'));
  });
  afterAll(() => rmSync(place, { recursive: true, force: true }));

  test('the folder that they upload is where the harness writes its reports', () => {
    expect(reportsDirectory()).toBe(join(PROJECT, 'reports'));
    const [night, single] = ['nightly.yml, rehearse: Keep the reports', 'pull-request.yml, rehearse: Keep the report'];
    for (const end of [night, single]) expect(stepNamed(end).with['path']).toBe('reports/\n!reports/sample/\n');
  });

  test.each([
    ['nightly.yml, rehearse: Show every check', SERIES],
    ['pull-request.yml, rehearse: Show every check', 'worker_failure'],
  ])('%s finds the JUnit file of %s', (end, scenario) => {
    const found = globSync(stepNamed(end).with['report_paths'] ?? '', { cwd: place });
    expect(found.map((path) => dirname(path).split('-').at(-2))).toEqual([scenario]);
  });

  test('the page of a night shows its report and the trend, which is kept where the cache looks for it', async () => {
    const { run = '' } = stepNamed('Show the report and the trend');
    const page = await showOnPage(run);
    expect(page).toMatch(/^### ❌ FAIL · everything[^]*### Trend: recovery time, 1 series of 1/);
    const paths = ['Fetch the trend of earlier nights', 'Keep the trend', 'Keep a copy of the trend'];
    const kept = paths.map((name) => (stepNamed(name).with['path'] ?? '').replace(/\/$/, ''));
    for (const folder of kept) expect(globSync(join(folder, '*-everything-*.json'), { cwd: place })).toHaveLength(1);
  });

  test('the page of a pull request shows its report', async () => {
    const { run = '' } = stepNamed('pull-request.yml, rehearse: Show the report');
    expect(await showOnPage(run)).toMatch(/^### ✅ PASS · `worker_failure`/);
  });

  test('what earlier nights built is where the harness is told to build, without what Go itself can fetch again', () => {
    const job = workflows.find(({ file }) => file === 'nightly.yml')?.jobs['rehearse'];
    expect(job?.env['CHAOS_CACHE_DIR']).toBe('${{ github.workspace }}/.tmp/cache');
    for (const name of ['Fetch what earlier nights built', 'Keep what was built'])
      expect(stepNamed(name).with['path']).toBe('.tmp/cache\n!.tmp/cache/kind/go\n');
  });

  /** Runs a block for real, the command line behind `npm run chaos` included. Returns the page that it wrote. */
  async function showOnPage(run: string): Promise<string> {
    const [bin, summary] = [join(place, 'bin'), join(place, 'page.md')];
    mkdirSync(bin, { recursive: true });
    rmSync(summary, { force: true });
    const chaos = `#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nshift\nexec '${process.execPath}' '${MAIN}' "$@"\n`;
    writeFileSync(join(bin, 'npm'), chaos, { mode: 0o755 });
    await execa('/bin/bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run], {
      cwd: place,
      env: { PATH: `${bin}:/usr/bin:/bin`, GITHUB_STEP_SUMMARY: summary, CHAOS_REPORTS_DIR: join(place, 'reports') },
      extendEnv: false,
    });
    return readFileSync(summary, 'utf8');
  }
});

/** What a series and a run of it leave, under the names that the harness gives them. */
function leaveReports(reports: string): void {
  const random = seededRandom(1);
  const wall = new Date('2026-11-23T02:20:00Z');
  const { journal, events } = sampleRun();
  const single = { ...journal, runId: newRunId(wall, 'worker_failure', random) };
  const series = sampleSeries({ runId: newRunId(wall, SERIES, random), verdict: 'fail' });
  for (const { judged, files } of [
    { judged: single, files: renderAll(single, events) },
    { judged: series, files: renderSeries(series, events, []) },
  ]) {
    const dir = join(reports, judged.runId);
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'events.ndjson'), '');
    writeJournal(dir, judged);
    for (const { file, content } of files) writeFileSync(join(dir, file), content);
  }
  writeFileSync(join(reports, 'index.html'), renderIndex([single], [series]));
}
