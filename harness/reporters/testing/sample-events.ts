import { seededRandom, type Random } from '../../core/random.ts';
import type { RecordBuilder } from './record-builder.ts';
import { addDeliveries, addJobs, addLoad, addSamples, PROBES } from './sample-observations.ts';
import {
  at,
  environment,
  objective,
  PRODUCED_ROWS,
  recoveryEnds,
  type SampleShape,
  type TrialShape,
} from './sample-shape.ts';

const COMPONENTS = [
  'server-0',
  'server-1',
  'scheduler-0',
  'scheduler-1',
  'worker-0',
  'worker-1',
  'worker-2',
  'webapp-0',
  'webapp-1',
  'temporal-0',
  'postgres-0',
  'postgres-1',
  'postgres-2',
  'etcd-0',
  'etcd-1',
  'etcd-2',
];

/** Adds every event of the run that `shape` describes. */
export function addRun(record: RecordBuilder, shape: SampleShape): void {
  const random = seededRandom(4711);
  addOpening(record, shape);
  for (const trial of shape.trials) addTrial(record, shape, trial, random);
  const last = shape.trials.at(-1);
  const end = last === undefined ? 9000 : at(last, last.endSeconds);
  record.add(end + 100, 0, { type: 'phase', name: 'teardown' });
  record.add(end + 2000, 0, { type: 'leftovers', scope: 'after-teardown', complete: true, found: [] }, 'leftovers');
  record.add(
    end + 2001,
    0,
    last === undefined
      ? { type: 'run.finished', outcome: 'refused', reason: 'worker-2 was not ready after 30 s' }
      : { type: 'run.finished', outcome: 'completed' },
    'finished',
  );
}

function addOpening(record: RecordBuilder, shape: SampleShape): void {
  record.add(
    0,
    0,
    {
      type: 'run.started',
      schemaVersion: 1,
      runId: shape.runId,
      wallStart: '2026-11-23T02:51:21.345Z',
      scenario: { id: 'worker_failure', title: shape.title, proves: shape.proves },
      objective,
      retryPolicy: { kind: 'exponential', attempts: 3, initialSeconds: 5, factor: 2, maxSeconds: 60 },
      seed: 4711,
      trials: Math.max(1, shape.trials.length),
      command: shape.command,
      recoveryEnds,
      milestones: {
        path: ['injected', 'took-effect', 'detected', 'next-attempt-started', 'new-records-committed'],
        beside: ['instance-restarted', 'full-capacity', 'job-finished', 'next-run-finished'],
      },
      parameters: { share: 0.3 },
      environment,
    },
    'started',
  );
  record.add(1, 0, { type: 'phase', name: 'provision' });
  for (const [n, instance] of COMPONENTS.entries()) {
    const component = instance.replace(/-\d$/, '');
    const name = instance === 'worker-1' ? shape.worker : instance;
    record.add(200 + n * 40, 0, {
      type: 'component',
      component,
      instance: name,
      state: 'starting',
      ready: false,
      restarts: 0,
    });
    record.add(2500 + n * 150, 0, {
      type: 'component',
      component,
      instance: name,
      state: 'running',
      ready: true,
      pid: 4000 + n,
      restarts: 0,
    });
  }
  record.add(5200, 0, {
    type: 'platform.ready',
    platform: 'local',
    profile: 'reference',
    details: { postgres: '18.6 under Patroni 4.1.5', temporal: 'dev server 1.32.0', k6: '1.1.0' },
    expected: { server: 2, worker: 3 },
  });
  record.add(5210, 0, {
    type: 'connection',
    connectionId: 'c-1',
    name: shape.connection,
    role: 'subject',
    schedule: 'every 45 s',
  });
  record.add(5211, 0, {
    type: 'connection',
    connectionId: 'c-2',
    name: 'always broken',
    role: 'broken',
    schedule: 'manual',
  });
  for (const [probe, kind, everyMs] of PROBES)
    record.add(5220, 0, {
      type: 'probe.defined',
      probe,
      kind,
      target: `http://127.0.0.1/${probe}`,
      everyMs,
      timeoutMs: 1000,
    });
  record.add(5230, 0, {
    type: 'leader',
    component: 'scheduler',
    holder: 'scheduler-0',
    term: '3',
    previousStart: 5000,
    start: 5225,
    end: 5230,
  });
  record.add(5231, 0, {
    type: 'leader',
    component: 'database',
    holder: 'postgres-0',
    term: '1',
    previousStart: 5000,
    start: 5226,
    end: 5231,
  });
}

function addTrial(record: RecordBuilder, shape: SampleShape, trial: TrialShape, random: Random): void {
  const n = trial.trial;
  record.add(at(trial, -8), n, { type: 'phase', name: 'steady-state' });
  record.add(at(trial, -7), n, {
    type: 'wait',
    name: 'all components ready',
    satisfied: true,
    afterMs: 812,
    timeoutMs: 30_000,
    lastState: '16 of 16 ready',
  });
  record.add(at(trial, -6.5), n, { type: 'phase', name: 'workload' });
  record.add(at(trial, -6.6), n, {
    type: 'source.rows',
    connectionId: 'c-1',
    rows: [[1, PRODUCED_ROWS]],
    start: at(trial, -6.7),
    end: at(trial, -6.6),
  });
  addFault(record, shape, trial);
  addSamples(record, shape, trial, random);
  addLoad(record, trial, random);
  addJobs(record, shape, trial);
  addDeliveries(record, trial);
  record.add(
    at(trial, trial.endSeconds - 1),
    n,
    { type: 'ledger.frozen', ledger: 'config-writes', acknowledged: 812, failed: 0, indeterminate: 1 },
    `frozen-${n}`,
  );
  record.add(
    at(trial, trial.endSeconds - 0.5),
    n,
    {
      type: 'ledger.read',
      ledger: 'config-writes',
      present: [[1, 813]],
      repeated: [],
      start: at(trial, trial.endSeconds - 0.6),
      end: at(trial, trial.endSeconds - 0.5),
    },
    `ledger-${n}`,
  );
}

function addFault(record: RecordBuilder, shape: SampleShape, trial: TrialShape): void {
  const n = trial.trial;
  const targets = [{ component: 'worker', instance: shape.worker, pid: 4005, why: 'it runs the sync of job 1' }];
  const fault = 'process-kill';
  const component = { type: 'component', component: 'worker', instance: shape.worker } as const;
  record.add(at(trial, -0.05), n, { type: 'phase', name: 'fault' });
  record.add(
    at(trial, -0.04),
    n,
    {
      type: 'fault.planned',
      fault,
      description: 'SIGKILL of the worker that runs the sync',
      targets,
      undo: ['start worker-1'],
    },
    `planned-${n}`,
  );
  record.add(
    at(trial, 0.0013),
    n,
    { type: 'fault.injected', fault, targets, start: at(trial, 0), end: at(trial, 0.0012) },
    `injected-${n}`,
  );
  record.add(
    at(trial, 0.02),
    n,
    {
      type: 'fault.evidence',
      fault,
      kind: 'process-gone',
      holds: true,
      text: 'process 4005 is gone',
      start: at(trial, 0.015),
      end: at(trial, 0.019),
    },
    `gone-${n}`,
  );
  record.add(
    at(trial, 0.031),
    n,
    { ...component, state: 'exited', ready: false, restarts: 0, detail: 'SIGKILL' },
    `exited-${n}`,
  );
  record.add(
    at(trial, 0.04),
    n,
    {
      type: 'fault.evidence',
      fault,
      kind: 'was-running-the-sync',
      holds: true,
      text: 'worker-1 held job 1 when it was killed',
      start: at(trial, 0.02),
      end: at(trial, 0.04),
    },
    `right-${n}`,
  );
  record.add(at(trial, 0.05), n, { type: 'phase', name: 'recovery' });
  record.add(at(trial, 0.06), n, { ...component, state: 'starting', ready: false, restarts: 1 });
  record.add(at(trial, 1.9), n, { ...component, state: 'running', ready: false, pid: 4105, restarts: 1 });
  record.add(at(trial, 3.92), n, { ...component, state: 'running', ready: true, pid: 4105, restarts: 1 }, `ready-${n}`);
  record.add(at(trial, trial.endSeconds - 8), n, { type: 'phase', name: 'verification' });
  record.add(
    at(trial, trial.endSeconds - 0.1),
    n,
    { type: 'fault.undone', fault, succeeded: true, text: 'worker-1 runs again' },
    `undone-${n}`,
  );
  record.add(
    at(trial, 20.2),
    n,
    {
      type: 'alert',
      connectionId: 'c-2',
      success: false,
      text: 'Sync failed: always broken',
      previousStart: at(trial, 20),
      start: at(trial, 20.18),
      end: at(trial, 20.2),
    },
    `alert-${n}`,
  );
}
