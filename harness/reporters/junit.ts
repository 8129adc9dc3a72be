import type { RunEvent } from '../core/events.ts';
import type { CheckResult, Journal, Trial } from '../core/journal.ts';
import { describeEvent } from './event-sentence.ts';
import type { Reporter } from './reporter.ts';

/** One suite of a file: checks with the events that their evidence names. */
export interface Suite {
  readonly name: string;
  readonly seconds: number;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly properties: readonly (readonly [name: string, value: string])[];
  readonly checks: readonly CheckResult[];
  readonly events: readonly RunEvent[];
}

/**
 * `junit.xml`: one suite a trial (and one for the run as a whole), one case a check. `unknown` is an error, so that no
 * CI server counts it as passed. A case's time is the span of the record that its evidence covers.
 */
export const junit: Reporter = { name: 'junit', file: 'junit.xml', render: renderJunit };

function renderJunit(journal: Journal, events: readonly RunEvent[]): string {
  return renderSuites(journal.scenario.id, journal.durationSeconds, suitesOf(journal, events));
}

/** A whole file from suites, with their sums at its head. */
export function renderSuites(name: string, seconds: number, suites: readonly Suite[]): string {
  const checks = suites.flatMap((suite) => suite.checks);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name, ...counts(checks), time: inSeconds(seconds) })}>`,
    ...suites.map(renderSuite),
    '</testsuites>',
    '',
  ].join('\n');
}

/** The suites of one run: one for each trial, and one for the run as a whole. */
export function suitesOf(journal: Journal, events: readonly RunEvent[]): Suite[] {
  return [...journal.trials.map((trial) => trialSuite(journal, trial, events)), runSuite(journal, events)];
}

function trialSuite(journal: Journal, trial: Trial, events: readonly RunEvent[]): Suite {
  const times = events.filter((event) => event.trial === trial.trial).map((event) => event.t);
  const measured = trial.recovery.measuredSeconds;
  return {
    name: `${journal.scenario.id} trial ${trial.trial}`,
    timestamp: journal.wallStart,
    events,
    seconds: times.length === 0 ? 0 : ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000,
    properties: [
      ['recovery.low', bound(measured?.low)],
      ['recovery.best', bound(measured?.best)],
      ['recovery.high', bound(measured?.high)],
      ['objective', inSeconds(journal.objective.recoverySeconds)],
    ],
    checks: withVerdict(trial.checks, trial.verdict, trial.headline),
  };
}

function runSuite(journal: Journal, events: readonly RunEvent[]): Suite {
  const passedByTrials = journal.trials.length > 0 && journal.trials.every((trial) => trial.verdict === 'pass');
  return {
    name: `${journal.scenario.id} run`,
    timestamp: journal.wallStart,
    events,
    seconds: journal.durationSeconds,
    properties: [
      ['runId', journal.runId],
      ['outcome', journal.outcome],
      ['seed', String(journal.seed)],
    ],
    // A run that was refused or broken off has no failing trial to speak for it.
    checks:
      passedByTrials || journal.trials.length === 0
        ? withVerdict(journal.runChecks, journal.verdict, journal.headline)
        : journal.runChecks,
  };
}

/** A suite whose verdict is not a pass never consists of passed cases only. */
function withVerdict(
  checks: readonly CheckResult[],
  verdict: CheckResult['verdict'],
  headline: string,
): readonly CheckResult[] {
  if (verdict === 'pass' || checks.some((check) => check.verdict !== 'pass')) return checks;
  return [...checks, { id: 'verdict', title: 'Verdict', verdict, summary: headline, evidence: [] }];
}

function renderSuite(suite: Suite): string {
  const properties = suite.properties.map(([name, value]) => `      <property${attributes({ name, value })}/>`);
  return [
    `  <testsuite${attributes({ name: suite.name, ...counts(suite.checks), time: inSeconds(suite.seconds), timestamp: suite.timestamp })}>`,
    '    <properties>',
    ...properties,
    '    </properties>',
    ...suite.checks.map((check) => renderCase(suite, check)),
    '  </testsuite>',
  ].join('\n');
}

function renderCase(suite: Suite, check: CheckResult): string {
  const cited = check.evidence.flatMap((index) => suite.events[index] ?? []);
  const times = cited.map((event) => event.t);
  const span = times.length === 0 ? 0 : (Math.max(...times) - Math.min(...times)) / 1000;
  const head = `    <testcase${attributes({ classname: suite.name, name: `${check.id}: ${check.title}`, time: inSeconds(span) })}`;
  if (check.verdict === 'pass') return `${head}/>`;
  const cause = check.consequenceOf === undefined ? [] : [`Follows from the check ${check.consequenceOf}.`];
  const evidence = cited.map((event) => `event ${event.i}: ${describeEvent(event)}`);
  const element = check.verdict === 'fail' ? 'failure' : 'error';
  const body = escapeXml([check.summary, ...cause, ...evidence].join('\n'));
  return `${head}>\n      <${element}${attributes({ type: check.verdict, message: check.summary })}>${body}</${element}>\n    </testcase>`;
}

function counts(checks: readonly CheckResult[]): Record<string, string> {
  const count = (verdict: CheckResult['verdict']): string =>
    String(checks.filter((check) => check.verdict === verdict).length);
  return { tests: String(checks.length), failures: count('fail'), errors: count('unknown'), skipped: '0' };
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(value).replaceAll('\n', '&#10;')}"`)
    .join('');
}

function inSeconds(seconds: number): string {
  return seconds.toFixed(3);
}

function bound(seconds: number | null | undefined): string {
  return seconds === null || seconds === undefined ? 'not seen' : inSeconds(seconds);
}

// Everything outside the characters that XML 1.0 §2.2 allows, which no escape can express.
const NOT_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

function escapeXml(text: string): string {
  return text
    .replaceAll(NOT_XML, '\u{FFFD}')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');
}
