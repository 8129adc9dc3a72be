import type { Random } from '../../core/random.ts';
import type { RecordBuilder } from './record-builder.ts';
import { at, PRODUCED_ROWS, ROWS_AT_FAULT, type SampleShape, type TrialShape } from './sample-shape.ts';

export const PROBES = [
  ['server-health', 'http', 50],
  ['connections-list', 'http', 50],
  ['config-writes', 'sql-write', 50],
  ['worker-1-ready', 'http', 50],
] as const;

export function addSamples(record: RecordBuilder, shape: SampleShape, trial: TrialShape, random: Random): void {
  const everySeconds = 1 / shape.samplesPerSecond;
  let seq = 0;
  for (let second = -7.5; second < trial.endSeconds - 2; second += everySeconds) {
    for (const [probe] of PROBES) {
      const start = at(trial, second);
      const latency = 2 + random.next() * 6 + (second > 0 && second < 2 ? 25 : 0);
      const isBad =
        (probe === 'worker-1-ready' && second > 0 && second < 3.9) ||
        (probe === 'connections-list' && second > 0.2 && second < 0.6);
      const end = start + (isBad ? 0.6 : latency);
      if (probe === 'config-writes') seq += 1;
      record.add(
        end,
        trial.trial,
        {
          type: 'sample',
          probe,
          intended: start,
          start: start + 0.05,
          end,
          ok: !isBad,
          ...(isBad ? { note: shape.badNote } : {}),
          ...(probe === 'config-writes' ? { write: { seq, outcome: 'acknowledged' as const } } : {}),
        },
        isBad && second < 0.3 ? `bad-${probe}-${trial.trial}` : undefined,
      );
    }
  }
}

export function addLoad(record: RecordBuilder, trial: TrialShape, random: Random): void {
  for (let second = -6; second < trial.endSeconds - 8; second += 1) {
    const isHit = second >= 0 && second < 3;
    record.add(at(trial, second + 1.1), trial.trial, {
      type: 'load',
      from: at(trial, second),
      to: at(trial, second + 1),
      requests: 90 + Math.floor(random.next() * 20),
      failed: isHit ? 4 - second : 0,
      p50Ms: 11 + random.next() * 3,
      p95Ms: (isHit ? 120 : 34) + random.next() * 8,
      maxMs: (isHit ? 420 : 70) + random.next() * 30,
    });
  }
  record.add(
    at(trial, trial.endSeconds - 7),
    trial.trial,
    { type: 'load.summary', requests: 6012, failed: 9, dropped: 0, exitCode: 0 },
    `load-${trial.trial}`,
  );
}

export function addJobs(record: RecordBuilder, shape: SampleShape, trial: TrialShape): void {
  const rows = { jobId: '1', connectionId: 'c-1', trigger: 'manual' } as const;
  for (const [k, attempt] of trial.attempts.entries()) {
    const earlier = trial.attempts
      .slice(0, k)
      .map((_, m) => ({ number: m, status: 'failed' as const, failure: shape.failure }));
    const ending = attempt.succeeded ? ('succeeded' as const) : ('failed' as const);
    const isLast = k === trial.attempts.length - 1;
    record.add(
      at(trial, attempt.start),
      trial.trial,
      {
        type: 'job',
        ...rows,
        status: 'running',
        attempts: [...earlier, { number: k, status: 'running' }],
        previousStart: at(trial, attempt.start - 0.24),
        start: at(trial, attempt.start - 0.01),
        end: at(trial, attempt.start),
      },
      `start-${k}-${trial.trial}`,
    );
    record.add(
      at(trial, attempt.end),
      trial.trial,
      {
        type: 'job',
        ...rows,
        status: isLast ? ending : 'incomplete',
        attempts: [
          ...earlier,
          {
            number: k,
            status: ending,
            ...(attempt.succeeded ? { recordsCommitted: PRODUCED_ROWS } : { failure: shape.failure }),
          },
        ],
        previousStart: at(trial, attempt.end - 0.25),
        start: at(trial, attempt.end - 0.01),
        end: at(trial, attempt.end),
      },
      `end-${k}-${trial.trial}`,
    );
  }
}

export function addDeliveries(record: RecordBuilder, trial: TrialShape): void {
  const lastAttempt = trial.attempts.at(-1);
  const finished = lastAttempt?.end ?? 0;
  const step = 0.5;
  let previous = -6;
  const look = (second: number, rows: number, key?: string): void => {
    record.add(
      at(trial, second),
      trial.trial,
      {
        type: 'delivery',
        connectionId: 'c-1',
        rows,
        maxSeq: rows,
        previousStart: at(trial, previous),
        start: at(trial, second - 0.006),
        end: at(trial, second),
      },
      key,
    );
    previous = second;
  };
  for (let second = -5.5; second <= 0; second += step) look(second, Math.round((ROWS_AT_FAULT * (second + 6)) / 6));
  previous = trial.recovered.previous;
  look(trial.recovered.seen, ROWS_AT_FAULT + 500, `resumed-${trial.trial}`);
  const span = finished - trial.recovered.seen;
  for (let second = trial.recovered.seen + step; second < finished; second += step) {
    look(
      second,
      Math.round(
        ROWS_AT_FAULT + 500 + ((PRODUCED_ROWS - ROWS_AT_FAULT - 500) * (second - trial.recovered.seen)) / span,
      ),
    );
  }
  const present: [number, number][] =
    trial.missing.length === 0
      ? [[1, PRODUCED_ROWS]]
      : [
          [1, 7500],
          [7613, 7619],
          [7628, PRODUCED_ROWS],
        ];
  record.add(
    at(trial, trial.endSeconds - 0.4),
    trial.trial,
    {
      type: 'delivery.read',
      connectionId: 'c-1',
      rows: PRODUCED_ROWS + 500,
      present,
      repeated: [{ range: [7001, 7500], times: 2 }],
      start: at(trial, trial.endSeconds - 0.45),
      end: at(trial, trial.endSeconds - 0.4),
    },
    `read-${trial.trial}`,
  );
}
