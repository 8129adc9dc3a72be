import type { GameDayBody, GameDayEvent, RunSummary } from '../events.ts';
import { gameDayPlanSchema, type GameDayPlan } from '../plan.ts';

/** A plan of two scenarios with a manual step between them. */
export function samplePlan(changes: Partial<GameDayPlan> = {}): GameDayPlan {
  return {
    ...gameDayPlanSchema.parse({
      version: 1,
      title: 'A day',
      purpose: 'To see.',
      briefing: ['Nothing else is touched.'],
      every: '90d',
      steps: [
        {
          scenario: 'worker_failure',
          hypothesis: 'It goes on.',
          expect: { verdict: 'pass', recovery_within: '1m', lost_records: 0, lost_writes: 0 },
        },
        { manual: 'Call somebody', id: 'call', owner: 'Ana', within: '5m', hypothesis: 'They answer.' },
        { scenario: 'server_failure', hypothesis: 'Nobody notices.' },
      ],
      abort: [
        { when: 'data_lost' },
        { when: 'recovery_longer_than', limit: '5m' },
        { when: 'manual_step_late' },
        { when: 'person', says: 'Somebody is needed elsewhere.' },
      ],
      tell: [{ who: 'Operations', webhook: 'env:WEBHOOK' }],
    }),
    ...changes,
  };
}

/** A run that passed. */
export function sampleSummary(changes: Partial<RunSummary> = {}): RunSummary {
  return {
    runId: '2026-11-28T10-00-30Z-worker_failure-0001',
    scenario: { id: 'worker_failure', title: 'A worker dies', proves: 'It goes on.' },
    verdict: 'pass',
    headline: 'Recovered in 16 s.',
    outcome: 'completed',
    durationSeconds: 80,
    recoverySeconds: { low: 15.9, best: 16, high: 16.1 },
    objectiveSeconds: 300,
    objectiveSource: 'a test',
    checks: { pass: 13, fail: 0, unknown: 0 },
    causes: [],
    losses: {
      missingRecords: 0,
      producedRecords: 20_500,
      extraCopies: 0,
      lostWrites: 0,
      acknowledgedWrites: 1300,
      isEveryLedgerRead: true,
    },
    leftNothing: 'pass',
    faultUndoneSeconds: 40,
    ...changes,
  };
}

const STEADY = { isSteady: true, detail: 'All good.' } as const;

/** The bodies of one whole scenario step. */
export function scenarioStep(step: string, run: RunSummary | null, attempt = 1): GameDayBody[] {
  const runId = run?.runId ?? `run-of-${step}-${attempt}`;
  return [
    { type: 'steady', step, ...STEADY },
    { type: 'scenario.began', step, attempt, runId, args: [step] },
    { type: 'scenario.process', step, runId, pid: 1000, startTicks: 1 },
    {
      type: 'scenario.ended',
      step,
      runId,
      how: run === null ? 'lost' : 'finished',
      run,
      detail: run?.headline ?? 'Its process was ended in the middle.',
      undoneAfterMs: null,
      faultUndoneAfterMs: null,
      isFoundLater: false,
    },
  ];
}

export const OPENING = (plan: GameDayPlan = samplePlan()): GameDayBody[] => [
  {
    type: 'day.began',
    schemaVersion: 1,
    dayId: 'game-day-2026-11-28T10-00-00Z',
    planFile: 'plan.yaml',
    plan,
    earlier: [],
    openItems: [],
    attended: true,
    standIn: null,
    place: null,
    environment: { harness: '0.1.0' },
  },
  { type: 'session.began', pid: 1, startTicks: 1, attended: true, tornBytes: 0 },
  { type: 'briefing.acknowledged' },
  { type: 'stack', isOurs: true },
  { type: 'go-no-go', inputs: [], decision: 'go', by: 'room', reason: '' },
  { type: 'notified', who: 'Operations', occasion: 'before', delivered: true, detail: 'answered with 200' },
];

export const CLOSING: readonly GameDayBody[] = [
  { type: 'stack.down', succeeded: true, detail: 'gone' },
  { type: 'debriefed' },
  { type: 'notified', who: 'Operations', occasion: 'after', delivered: true, detail: 'answered with 200' },
  { type: 'day.ended' },
];

/** A day on which everything went as expected. */
export function wholeDay(plan: GameDayPlan = samplePlan()): GameDayBody[] {
  return [
    ...OPENING(plan),
    ...scenarioStep('worker_failure', sampleSummary()),
    { type: 'step.concluded', step: 'worker_failure' },
    { type: 'manual.began', step: 'call', owner: 'Ana' },
    { type: 'observed', text: 'She answers.' },
    { type: 'manual.ended', step: 'call', outcome: 'done', tookMs: 60_000, clock: 'monotonic', remark: '' },
    { type: 'step.concluded', step: 'call' },
    ...scenarioStep('server_failure', sampleSummary({ runId: '2026-11-28T10-05-30Z-server_failure-0002' })),
    { type: 'step.concluded', step: 'server_failure' },
    { type: 'hypothesis.judged', step: 'server_failure', holds: true, remark: 'nobody called' },
    ...CLOSING,
  ];
}

/** The record of these bodies, ten seconds apart; a `session.began` after the first begins a new session half an hour later. */
export function recordOf(bodies: readonly GameDayBody[]): GameDayEvent[] {
  let session = 1;
  let t = 0;
  let wallMs = Date.parse('2026-11-28T10:00:00.000Z');
  return bodies.map((body, i) => {
    if (body.type === 'session.began' && i > 1) {
      session += 1;
      t = 0;
      wallMs += 30 * 60_000;
    } else {
      t += 10_000;
      wallMs += 10_000;
    }
    return { i, session, t, wall: new Date(wallMs).toISOString(), ...body };
  });
}
