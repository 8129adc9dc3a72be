import { printable } from '../core/printable.ts';
import type { ConnectionLine, Finding, MonitorReport } from './report-schema.ts';

/** Findings and connections that are shown to a person; a program reads all of them with `--json`. */
const SHOWN_FINDINGS = 30;
const SHOWN_CONNECTIONS = 40;
const WIDEST_CELL = 40;

const MARK = { nothing_wrong: '✓', problems: '✗', unknown: '?' } as const;

/** The report for a person: what is wrong first, then what is there. Names are shown without control characters. */
export function renderText(report: MonitorReport): string {
  const { health, totals } = report;
  const version = report.airbyteVersion === null ? '' : `, version ${report.airbyteVersion}`;
  const lines = [
    `Airbyte at ${report.url}${version}, ${report.at.slice(0, 19).replace('T', ' ')} UTC`,
    `${MARK[report.verdict]} ${renderVerdict(report)}`,
    '',
    `API: ${health.state}, ${health.responseMs} ms. ${health.state === 'healthy' ? '' : health.detail}`.trimEnd(),
    `Connections: ${totals.connections}; ${totals.activeConnections} active, ${totals.inactiveConnections} not.`,
    `Jobs of the last ${report.windowHours} h: ${totals.jobs}${renderCounts(totals.jobsByStatus)}.`,
  ];
  if (Math.abs(report.clockAheadSeconds ?? 0) > 30) {
    lines.push(
      `The clock of this machine differs from the server's by ${report.clockAheadSeconds} s; the server's counts.`,
    );
  }
  if (report.findings.length > 0) lines.push('', ...renderFindings(report.findings));
  if (report.connections.length > 0) lines.push('', ...renderConnections(report.connections));
  return `${lines.map(printable).join('\n')}\n`;
}

/** One line for a look, for output that is not a terminal. */
export function renderLine(report: MonitorReport): string {
  const at = report.at.slice(0, 19).replace('T', ' ');
  return printable(
    `${at} UTC ${MARK[report.verdict]} ${renderVerdict(report)} API ${report.health.state}, ${report.health.responseMs} ms.`,
  );
}

/** One line for a finding. */
export function renderFinding({ severity, verdict, kind, summary }: Finding): string {
  return printable(`${verdict === 'unknown' ? 'unknown' : severity} ${kind}: ${summary}`);
}

function renderVerdict({ verdict, totals, isComplete, health }: MonitorReport): string {
  if (verdict === 'unknown' && health.state === 'unreachable') return 'Nothing could be told: Airbyte does not answer.';
  const unknowns = totals.unknowns === 0 ? '' : `, ${totals.unknowns} things could not be told`;
  const all = isComplete ? '' : ' (not all was read)';
  switch (verdict) {
    case 'nothing_wrong':
      return 'Nothing wrong was found.';
    case 'problems':
      return `${totals.problems} problems${unknowns}${all}.`;
    case 'unknown':
      return `No problem was seen, but ${totals.unknowns} things could not be told${all}.`;
    default:
      return verdict satisfies never;
  }
}

function renderCounts(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([status, count]) => `${count} ${status}`);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

function renderFindings(findings: readonly Finding[]): string[] {
  const lines = findings.slice(0, SHOWN_FINDINGS).flatMap((finding) => {
    const word = finding.verdict === 'unknown' ? 'unknown' : finding.severity;
    const details = [...finding.known, ...finding.cannotTell.map((what) => `not known: ${what}`)];
    const first = `  ${word.padEnd(8)}  ${finding.kind.padEnd(15)}  ${finding.summary}`;
    return details.length === 0 ? [first] : [first, `${' '.repeat(29)}${details.join(' · ')}`];
  });
  const left = findings.length - SHOWN_FINDINGS;
  return left > 0 ? [...lines, `  … and ${left} more findings (--json shows all)`] : lines;
}

function renderConnections(connections: readonly ConnectionLine[]): string[] {
  const ordered = connections.toSorted((a, b) => b.findings - a.findings || a.name.localeCompare(b.name));
  const rows = ordered
    .slice(0, SHOWN_CONNECTIONS)
    .map((one) => [
      one.findings > 0 ? '!' : ' ',
      one.name,
      `${one.source ?? '?'} → ${one.destination ?? '?'}`,
      one.status,
      one.schedule.timeZone === undefined ? one.schedule.text : `${one.schedule.text} ${one.schedule.timeZone}`,
      one.lastJob === null
        ? 'none seen'
        : `${one.lastJob.createdAt.slice(0, 16).replace('T', ' ')} ${one.lastJob.status}`,
    ]);
  const table = [['', 'Connection', 'Source → destination', 'Status', 'Schedule', 'Last job (UTC)'], ...rows].map(
    (row) => row.map((cell) => (cell.length > WIDEST_CELL ? `${cell.slice(0, WIDEST_CELL - 1)}…` : cell)),
  );
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const left = connections.length - SHOWN_CONNECTIONS;
  return left > 0 ? [...lines, `… and ${left} more connections (--json shows all)`] : lines;
}
