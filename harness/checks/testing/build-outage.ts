/** Built histories of a source that stays away for longer than the retry policy allows. Times in milliseconds. */
import type { BodyOf, EventBody, RunEvent } from '../../core/events.ts';
import { History } from '../../core/history.ts';
import { tell } from './build-history.ts';

const SUBJECT = 'connection-1';
const RECORDS = 1000;

/** An attempt of the interrupted job: when it was seen to begin and to fail, and what it had committed. */
interface ToldAttempt {
  readonly from: number;
  readonly to: number | undefined;
  readonly committed?: number;
  readonly failureType?: string;
}

/** The moments of the good outage; a test changes one of them. */
export interface Outage {
  readonly attempts: readonly ToldAttempt[];
  readonly status: BodyOf<'job'>['status'];
  readonly goneAt: number | undefined;
  readonly hungAfterSeconds: number | undefined;
  readonly alertsAt: readonly number[];
  /** Deliveries of the first alert again, under its idempotency key. */
  readonly repeats: number;
  readonly healedAt: number | undefined;
  /** A run that began while the source was away. */
  readonly hasRunDuringOutage: boolean;
  readonly nextRunAt: number | undefined;
  readonly nextStatus: BodyOf<'job'>['status'];
  readonly caughtUpAt: number | undefined;
  readonly objectiveSeconds: number;
  readonly endMs: number;
}

export const FIRST_ATTEMPTS: readonly [ToldAttempt, ToldAttempt] = [
  { from: 1000, to: 20_500, committed: 400 },
  { from: 25_700, to: 26_500 },
];

export const OUTAGE: Outage = {
  attempts: [...FIRST_ATTEMPTS, { from: 36_700, to: 37_500 }],
  status: 'failed',
  goneAt: undefined,
  hungAfterSeconds: 60,
  alertsAt: [37_800],
  repeats: 0,
  healedAt: 38_000,
  hasRunDuringOutage: false,
  nextRunAt: 61_000,
  nextStatus: 'succeeded',
  caughtUpAt: 66_000,
  objectiveSeconds: 120,
  endMs: 70_000,
};

export function outageOf(changes: Partial<Outage> = {}): History {
  const outage = { ...OUTAGE, ...changes };
  const opening = tell({ nextRun: 'never', alerts: 0 }).flatMap((event): [number, EventBody][] =>
    ['run.started', 'platform.ready', 'connection', 'source.rows'].includes(event.type) ? [[event.t, event]] : [],
  );
  const timed = [...opening, ...fault(outage), ...job(outage), ...alerts(outage), ...after(outage)];
  const events = timed
    .toSorted(([a], [b]) => a - b)
    .map(([t, body], i): RunEvent => ({ ...counted(body, outage), i, t, trial: 1 }));
  return new History(1, events);
}

/** Recovery is counted from the undo of the fault. */
function counted(body: EventBody, { objectiveSeconds, hungAfterSeconds }: Outage): EventBody {
  if (body.type !== 'run.started') return body;
  const { hungAfterSeconds: _none, ...objective } = body.objective;
  return {
    ...body,
    objective: {
      ...objective,
      recoverySeconds: objectiveSeconds,
      ...(hungAfterSeconds === undefined ? {} : { hungAfterSeconds }),
    },
    recoveryEnds: { milestone: 'caught-up', because: 'b', from: 'fault-healed' },
    milestones: { path: ['injected', 'job-finished', 'fault-healed', 'next-run-started', 'caught-up'], beside: [] },
  };
}

function fault({ healedAt, endMs }: Outage): [number, EventBody][] {
  const targets = [{ component: 'warehouse', instance: 'warehouse-0', why: 'it holds the source' }];
  const name = 'source-outage';
  const list: [number, EventBody][] = [
    [20_001, { type: 'fault.injected', fault: name, targets, start: 20_000, end: 20_001 }],
    [
      20_020,
      {
        type: 'fault.evidence',
        fault: name,
        kind: 'source-away',
        holds: true,
        text: 'refused',
        start: 20_000,
        end: 20_020,
      },
    ],
    [endMs, { type: 'note', level: 'info', text: 'the end' }],
  ];
  if (healedAt !== undefined) {
    const undone = { type: 'fault.undone', fault: name, succeeded: true, text: 'back' } as const;
    list.push([healedAt, { ...undone, start: healedAt - 50, end: healedAt }]);
  }
  return list;
}

function job({ attempts, status, goneAt }: Outage): [number, EventBody][] {
  const list: [number, EventBody][] = [];
  const view = (upTo: number, isOpen: boolean): BodyOf<'job'>['attempts'] =>
    attempts.slice(0, upTo + 1).map(({ committed, failureType }, number) => ({
      number,
      status:
        number === upTo && isOpen ? 'running' : number === upTo && status === 'succeeded' ? 'succeeded' : 'failed',
      ...(committed === undefined ? {} : { recordsCommitted: committed }),
      ...(failureType === undefined ? {} : { failureType }),
    }));
  attempts.forEach(({ from, to }, index) => {
    list.push(look(from, '1', 'running', view(index, true)));
    const isLast = index === attempts.length - 1;
    if (to !== undefined) list.push(look(to, '1', isLast ? status : 'incomplete', view(index, false)));
  });
  if (goneAt !== undefined) list.push(look(goneAt, '1', 'running', view(0, true), true));
  return list;
}

function look(
  t: number,
  jobId: string,
  status: BodyOf<'job'>['status'],
  attempts: BodyOf<'job'>['attempts'],
  isGone = false,
): [number, EventBody] {
  const seen = { previousStart: t - 200, start: t - 5, end: t };
  const gone = isGone ? { isGone } : {};
  return [t, { type: 'job', jobId, connectionId: SUBJECT, status, trigger: 'schedule', attempts, ...gone, ...seen }];
}

function alerts({ alertsAt, repeats, endMs }: Outage): [number, EventBody][] {
  const alert = { type: 'alert', jobId: '1', text: 'failed' } as const;
  return [
    ...alertsAt.map((t): [number, EventBody] => [t, { ...alert, previousStart: t - 250, start: t - 250, end: t }]),
    ...Array.from({ length: repeats }, (): [number, EventBody] => [
      endMs - 100,
      { ...alert, isRepeat: true, previousStart: 37_800, start: endMs - 110, end: endMs - 100 },
    ]),
  ];
}

function after({ hasRunDuringOutage, nextRunAt, nextStatus, caughtUpAt, endMs }: Outage): [number, EventBody][] {
  const list: [number, EventBody][] = [];
  if (hasRunDuringOutage) list.push(look(37_900, '2', 'failed', [{ number: 0, status: 'failed' }]));
  if (nextRunAt !== undefined) {
    list.push(look(nextRunAt, '3', 'running', [{ number: 0, status: 'running' }]));
    const status = nextStatus === 'succeeded' ? 'succeeded' : 'failed';
    list.push(look(nextRunAt + 6000, '3', nextStatus, [{ number: 0, status }]));
  }
  for (let t = 2000; t < endMs; t += 150) {
    const rows = caughtUpAt !== undefined && t >= caughtUpAt ? RECORDS : 400;
    const seen = { previousStart: t - 155, start: t - 5, end: t };
    list.push([t, { type: 'delivery', connectionId: SUBJECT, rows, maxSeq: rows, ...seen }]);
  }
  return list;
}
