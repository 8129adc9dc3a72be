import type { Outage } from '../harness/core/outages/outages.ts';
import type { OutageKind } from './outage-plan.ts';
import { meanOf, spreadOf } from './spread.ts';
import { formatTable } from './table.ts';

/** One true outage and what was made of it. */
export interface Row {
  readonly kind: OutageKind;
  readonly truthMs: number;
  readonly found: Outage | undefined;
  readonly isInside: boolean;
  readonly errorMs: number | undefined;
  readonly peerErrorMs: number | undefined;
}

export interface Watched {
  readonly rows: readonly Row[];
  /** Found outages that no true one explains. */
  readonly invented: number;
}

/** Each outage in a line, then the summary of each kind. */
export function printOutages(watched: readonly Watched[], peer: string | undefined): void {
  const heading = ['kind', 'truth ms', 'measured ms', 'bounds ms', 'inside', 'error ms'];
  const lines = watched.flatMap(({ rows }) =>
    rows.map(({ kind, truthMs, found, isInside, errorMs, peerErrorMs }) => [
      kind,
      truthMs.toFixed(1),
      found === undefined ? '–' : found.duration.best.toFixed(1),
      found === undefined ? '–' : `${found.duration.low.toFixed(0)}–${found.duration.high.toFixed(0)}`,
      isInside ? 'yes' : 'NO',
      signed(errorMs),
      ...(peer === undefined ? [] : [signed(peerErrorMs)]),
    ]),
  );
  console.log(formatTable([[...heading, ...(peer === undefined ? [] : [`${peer} error ms`])], ...lines]));

  const columns = [
    'kind',
    'measured by',
    'n',
    'found',
    'invented',
    'truth inside',
    'mean error',
    'median |error|',
    'max |error|',
  ];
  const summary = watched.flatMap(({ rows, invented }) => {
    const head = rows[0]?.kind ?? '';
    const inside = String(rows.filter(({ isInside }) => isInside).length);
    const ours = [
      head,
      'our prober',
      String(rows.length),
      ...summarize(
        rows.map(({ errorMs }) => errorMs),
        String(invented),
        inside,
      ),
    ];
    if (peer === undefined) return [ours];
    return [
      ours,
      [
        '',
        peer,
        String(rows.length),
        ...summarize(
          rows.map(({ peerErrorMs }) => peerErrorMs),
          '',
          'no bounds',
        ),
      ],
    ];
  });
  console.log(`\n${formatTable([columns, ...summary])}`);
  if (peer === undefined) {
    console.log('Chaos Toolkit is not installed ($CHAOSTOOLKIT or `chaos` on the PATH), so it is not beside.');
  }
}

function summarize(errors: readonly (number | undefined)[], invented: string, inside: string): string[] {
  const known = errors.filter((error) => error !== undefined);
  if (known.length === 0) return ['0', invented, inside, '–', '–', '–'];
  const spread = spreadOf(known.map(Math.abs));
  const figures = [meanOf(known), spread.median, spread.max].map((ms) => `${ms.toFixed(1)} ms`);
  return [String(known.length), invented, inside, ...figures];
}

function signed(ms: number | undefined): string {
  return ms === undefined ? 'missed' : `${ms >= 0 ? '+' : '−'}${Math.abs(ms).toFixed(1)}`;
}
