import { availableParallelism } from 'node:os';
import { formatSpread, spreadOf } from '../spread.ts';
import { formatTable } from '../table.ts';
import { changeOver, isUnder, shareOver, type Change } from './paired-change.ts';
import type { Window } from './windows.ts';

/** What the harness may cost a cluster, as a share of what the cluster uses without it, and of what it has. */
export const LIMIT = 0.05;

/** One window of each kind, taken in the same round. */
export interface Round {
  readonly away: Window;
  readonly attached: Window;
}

/** The figures without and with the harness, how much more the latter are, and whether that is under {@link LIMIT}. */
export function formatCost(rounds: readonly Round[]): string {
  const both = (figure: (window: Window) => number, digits: number, unit: string): string[] => [
    formatSpread(spreadOf(rounds.map(({ away }) => figure(away))), digits, unit),
    formatSpread(spreadOf(rounds.map(({ attached }) => figure(attached))), digits, unit),
  ];
  const differenceIn = (figure: (window: Window) => number): string[] =>
    describe(changeOver(rounds.map(({ away, attached }) => ({ away: figure(away), attached: figure(attached) }))));
  const ownRequests = shareOver(
    rounds.map(({ away, attached }) => ({ part: attached.ownRequestsPerSecond, whole: away.requestsPerSecond })),
  );
  const ofMachine = shareOver(
    rounds.map(({ away, attached }) => ({ part: attached.cores - away.cores, whole: availableParallelism() })),
  );
  return formatTable([
    ['min / median / max', 'harness away', 'attached', 'more with it', '95 % of the median', `under ${LIMIT * 100} %`],
    ['CPU of all nodes', ...both(({ cores }) => cores, 3, 'cores'), ...differenceIn(({ cores }) => cores)],
    [`of the ${availableParallelism()} CPUs that the nodes share`, '', '', ...describe(ofMachine)],
    [
      'requests, the API server’s count',
      ...both((window) => window.requestsPerSecond, 1, '/s'),
      ...differenceIn((window) => window.requestsPerSecond),
    ],
    [
      'requests of the harness, its count',
      ...both((window) => window.ownRequestsPerSecond, 2, '/s'),
      ...describe(ownRequests),
    ],
    ['open watches', ...both((window) => window.openRequests, 0, ''), ...differenceIn((window) => window.openRequests)],
    ['requests to attach, once', ...both((window) => window.requestsToAttach, 0, ''), '', '', ''],
    ['CPU of the harness, beside it', ...both((window) => window.ownCores, 3, 'cores'), '', '', ''],
    ['samples of its probes', ...both((window) => window.samplesPerSecond, 1, '/s'), '', '', ''],
  ]);
}

function describe(change: Change): string[] {
  const [low, high] = change.interval.map((share) => (share * 100).toFixed(1));
  const isKnown = change.interval.every((share) => Number.isFinite(share));
  const { min, median, max } = change.spread;
  const percent = formatSpread({ ...change.spread, min: min * 100, median: median * 100, max: max * 100 }, 1, '%');
  return [percent, isKnown ? `${low} to ${high} %` : 'too few pairs', isUnder(change, LIMIT)];
}
