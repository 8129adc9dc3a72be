import type { Trial } from '../../core/journal.ts';

export type Seconds = NonNullable<Trial['recovery']['measuredSeconds']>;

/** What a sample run is like. Seconds count from the fault of the trial. */
export interface TrialShape {
  readonly trial: number;
  /** Where the trial begins on the run's time axis. */
  readonly offsetSeconds: number;
  readonly verdict: 'pass' | 'fail' | 'unknown';
  /** The last look before the first new record, and the look that showed it. */
  readonly recovered: { readonly previous: number; readonly seen: number };
  /** Start and end of each attempt of the interrupted job; the first one starts before the fault. */
  readonly attempts: readonly { readonly start: number; readonly end: number; readonly succeeded: boolean }[];
  readonly endSeconds: number;
  readonly missing: readonly (readonly [number, number])[];
}

export interface SampleShape {
  readonly runId: string;
  readonly title: string;
  readonly proves: string;
  readonly connection: string;
  readonly worker: string;
  readonly failure: string;
  readonly badNote: string;
  readonly headline: string;
  readonly command: string;
  readonly samplesPerSecond: number;
  readonly trials: readonly TrialShape[];
}

/** Seconds from the begin of a trial to its fault. */
const FAULT_AFTER_SECONDS = 14;
const OBJECTIVE_SECONDS = 300;
export const PRODUCED_ROWS = 24_000;
/** Rows in the destination when the worker is killed, and at the end. */
export const ROWS_AT_FAULT = 7_500;

export const passing: TrialShape = {
  trial: 1,
  offsetSeconds: 0,
  verdict: 'pass',
  recovered: { previous: 18.91, seen: 19.116 },
  attempts: [
    { start: -6.4, end: 10.18, succeeded: false },
    { start: 15.31, end: 37.9, succeeded: true },
  ],
  endSeconds: 62,
  missing: [],
};

export const failing: TrialShape = {
  trial: 1,
  offsetSeconds: 0,
  verdict: 'fail',
  recovered: { previous: 341.02, seen: 341.24 },
  attempts: [
    { start: -6.4, end: 180.2, succeeded: false },
    { start: 185.4, end: 325.7, succeeded: false },
    { start: 335.9, end: 362.4, succeeded: true },
  ],
  endSeconds: 390,
  missing: [
    [7501, 7612],
    [7620, 7627],
  ],
};

export const undecided: TrialShape = {
  ...failing,
  verdict: 'unknown',
  recovered: { previous: 296.4, seen: 304.6 },
  attempts: [
    { start: -6.4, end: 180.2, succeeded: false },
    { start: 185.4, end: 280.1, succeeded: false },
    { start: 290.2, end: 330.4, succeeded: true },
  ],
  endSeconds: 350,
  missing: [],
};

export const plainShape: SampleShape = {
  runId: '2026-11-23T02-51-21Z-worker_failure-7f3a',
  title: 'A worker dies in the middle of a sync',
  proves: 'The interrupted sync is retried by itself, goes on from the last committed state, and loses no record.',
  connection: 'orders → warehouse',
  worker: 'worker-1',
  failure: 'activity heartbeat timed out after 10 s',
  badNote: 'ECONNREFUSED',
  headline: '',
  command: 'npm run chaos -- worker_failure --seed 4711',
  samplesPerSecond: 20,
  trials: [passing],
};

export const environment = {
  node: 'v24.21.0',
  os: 'Linux 6.1.0 x86_64',
  cpus: '2',
  memory: '23.4 GiB',
  harness: '0.1.0',
};
export const objective = {
  id: 'worker_failure',
  expectedSeconds: 60,
  recoverySeconds: OBJECTIVE_SECONDS,
  lostWrites: 0,
  impact: 'The running sync fails.',
  recovery: 'Kubernetes restarts the pod; Temporal retries the failed job by itself.',
  source: 'scenarios/objectives.yaml, worker_failure: 1–5 min',
};
export const recoveryEnds = {
  milestone: 'resumed',
  because: 'the job is what users wait for: it is back when it commits records that were not there before the fault',
};

/** Milliseconds on the run's axis of a moment `seconds` after the fault of a trial. */
export function at(trial: TrialShape, seconds: number): number {
  return (trial.offsetSeconds + FAULT_AFTER_SECONDS + seconds) * 1000;
}
