/**
 * Tells of a night's result in one issue of the repository: a night that does not pass opens it or adds a comment to it, the next
 * one that passes closes it. The label finds the issue again. Runs on GitHub's runner as it is, with nothing installed but `gh`.
 *
 *     node .github/scripts/nightly-issue.ts --result failure --reports reports --run-url https://…
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const LABEL = 'nightly-chaos';
const TITLE = 'The nightly chaos run does not pass';
/** GitHub takes 65,536 characters; the rest is for what stands around the report. */
const LONGEST_SUMMARY = 60_000;
const USAGE = 64;

/** What `needs.<job>.result` can be. */
type JobResult = 'success' | 'failure' | 'cancelled' | 'skipped';

interface Night {
  readonly result: JobResult;
  /** The Markdown of the combined report; undefined where none was written. */
  readonly summary: string | undefined;
  readonly runUrl: string;
}

try {
  say(tell(readNight()));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode ||= 1;
}

function readNight(): Night {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { result: text, reports: text, 'run-url': text } });
  const { result, reports, 'run-url': runUrl } = values;
  if (!isJobResult(result) || reports === undefined || runUrl === undefined) {
    process.exitCode = USAGE;
    throw new Error('Needed: --result success|failure|cancelled|skipped --reports FOLDER --run-url URL.');
  }
  return { result, summary: newestSummary(reports), runUrl };
}

function isJobResult(text: string | undefined): text is JobResult {
  return text === 'success' || text === 'failure' || text === 'cancelled' || text === 'skipped';
}

/** The names of runs begin with their time. */
function newestSummary(reports: string): string | undefined {
  if (!existsSync(reports)) return undefined;
  const newest = readdirSync(reports)
    .filter((name) => name.includes('-everything-'))
    .toSorted()
    .at(-1);
  const file = join(reports, newest ?? '', 'summary.md');
  return newest !== undefined && existsSync(file) ? shorten(readFileSync(file, 'utf8')) : undefined;
}

function shorten(text: string): string {
  if (text.length <= LONGEST_SUMMARY) return text;
  return `${text.slice(0, text.lastIndexOf('\n', LONGEST_SUMMARY))}\n\n… and more, in the report.\n`;
}

/** Returns what was done, as a sentence. */
function tell(night: Night): string {
  // Someone ended it, or it never began: that says nothing about recovery.
  if (night.result === 'cancelled' || night.result === 'skipped')
    return `The night was ${night.result}: nothing to tell.`;
  const open = gh([
    'issue',
    'list',
    '--label',
    LABEL,
    '--state',
    'open',
    '--json',
    'number',
    '--jq',
    '.[0].number // empty',
  ]);
  if (night.result === 'success') return close(open, night);
  return open === '' ? openIssue(night) : addTo(open, night);
}

function close(open: string, { runUrl }: Night): string {
  if (open === '') return 'The night passed, and no issue was open.';
  gh(['issue', 'close', open, '--comment', `Everything passed again: ${runUrl}`]);
  return `The night passed: issue ${open} is closed.`;
}

function openIssue(night: Night): string {
  const description = 'Kept by the nightly chaos run: opened, added to and closed by its results';
  gh(['label', 'create', LABEL, '--color', 'B60205', '--description', description, '--force']);
  const note = 'Each night that does not pass adds a comment here; the first one that passes closes this issue.';
  const url = gh(
    ['issue', 'create', '--title', TITLE, '--label', LABEL, '--body-file', '-'],
    `${describe(night)}\n${note}\n`,
  );
  return `The night did not pass: opened ${url}.`;
}

function addTo(open: string, night: Night): string {
  gh(['issue', 'comment', open, '--body-file', '-'], describe(night));
  return `The night did not pass: added to issue ${open}.`;
}

function describe({ summary, runUrl }: Night): string {
  const report = summary ?? 'There is no report: the night ended before the scenarios did. Its log says where.\n';
  return `${report}\nReports, records and logs: ${runUrl}\n`;
}

/** Runs gh. Returns what it printed. @throws Error with what it complained of. */
function gh(args: readonly string[], input = ''): string {
  const { status, stdout, stderr, error } = spawnSync('gh', args, { input, encoding: 'utf8' });
  if (error !== undefined) throw new Error(`gh could not be started: ${error.message}`);
  if (status !== 0) throw new Error(`gh ${args.slice(0, 2).join(' ')} failed: ${stderr.trim()}`);
  return stdout.trim();
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
