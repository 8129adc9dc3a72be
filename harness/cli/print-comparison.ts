import type { CheckChange, Comparison, QuantityChange, VerdictCounts } from '../core/comparison.ts';

const TITLES = {
  recovery: 'Recovery',
  milestones: 'Milestones, since the fault',
  losses: 'Losses',
  outages: 'Outages',
} as const;
const GROUPS = ['recovery', 'milestones', 'losses', 'outages'] as const;
const MARK = { none: '=', higher: '▲', lower: '▼', 'not-significant': '~', appeared: '+', vanished: '−' } as const;

/** A comparison for a person at a terminal: what may explain it first, then what changed. */
export function comparisonLines(comparison: Comparison): string[] {
  const { scenario, before, after, verdict } = comparison;
  return [
    `${scenario.title} (${scenario.id})`,
    `  before  ${before.runId}: ${before.verdict.toUpperCase()}. ${before.headline}`,
    `  after   ${after.runId}: ${after.verdict.toUpperCase()}. ${after.headline}`,
    '',
    'What was not the same about the runs themselves',
    ...circumstances(comparison),
    '',
    `Verdicts of the trials: ${counts(verdict.before)} → ${counts(verdict.after)}${verdict.significance === undefined ? '' : `; ${verdict.significance.sentence}`}`,
    '',
    `Checks: ${comparison.checks.length} changed, ${comparison.sameChecks} as before`,
    ...comparison.checks.flatMap(checkLines),
    ...GROUPS.flatMap((group) =>
      quantityLines(
        TITLES[group],
        comparison.quantities.filter((quantity) => quantity.group === group),
      ),
    ),
    '',
    comparison.conclusion,
  ];
}

function circumstances({ circumstances: differing }: Comparison): string[] {
  if (differing.length === 0) return ['  nothing that the records tell of'];
  return differing.map(
    ({ group, name, before, after }) => `  ${group} ${name}: ${before ?? 'not said'} → ${after ?? 'not said'}`,
  );
}

function checkLines(check: CheckChange): string[] {
  const chance = check.significance === undefined ? '' : `; ${check.significance.sentence}`;
  return [
    `  ${check.title}: ${counts(check.before)} → ${counts(check.after)}${chance}`,
    `      before: ${check.summaryBefore ?? 'there was no such check'}`,
    `      after:  ${check.summaryAfter ?? 'there is no such check'}`,
  ];
}

function quantityLines(title: string, quantities: readonly QuantityChange[]): string[] {
  if (quantities.length === 0) return [];
  return [
    '',
    title,
    ...quantities.map((one) => `  ${MARK[one.finding]} ${one.title}: ${values(one)}. ${one.sentence}`),
  ];
}

function values({ medianBefore, medianAfter, unit, before, after }: QuantityChange): string {
  const show = (value: number | null, trials: number): string =>
    value === null
      ? 'not seen'
      : `${trials > 1 ? 'median ' : ''}${unit === 's' ? `${value.toFixed(2)} s` : value.toLocaleString('en-US')}`;
  return `${show(medianBefore, before.length)} → ${show(medianAfter, after.length)}`;
}

function counts({ pass, fail, unknown }: VerdictCounts): string {
  const parts = [
    pass > 0 ? `${pass} pass` : '',
    fail > 0 ? `${fail} fail` : '',
    unknown > 0 ? `${unknown} unknown` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'none' : parts.join(', ');
}
