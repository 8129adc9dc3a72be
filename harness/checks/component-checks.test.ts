import { describe, expect, test } from 'vitest';
import { instanceProbe } from '../core/instance-probes.ts';
import type { Check } from '../core/scenario.ts';
import type { Verdict } from '../core/verdict.ts';
import { NEW_SYNC_WAIT } from '../core/wait-names.ts';
import { alertLatency } from './alert-latency.ts';
import { pageAvailability } from './api-availability.ts';
import { attemptLogs } from './attempt-logs.ts';
import { nothingLeftOver } from './left-overs.ts';
import { newSyncRan } from './new-sync.ts';
import { readyAnswers } from './ready-answers.ts';
import { requestsLost } from './requests-lost.ts';
import { retryPolicy } from './retry-policy.ts';
import { syncUndisturbed } from './sync-undisturbed.ts';
import { deliveredAt, isSubjectWork, jobAt, retell, SYNC_WENT_ON, type Changes, type Timed } from './testing/retell.ts';

const LATER = 'connection-later';
const FAULT = 20_000;
const NO_FAULT: Changes = { story: { steady: false } };

type Case = readonly [verdict: Verdict, because: string, history: Changes, says?: RegExp];

function load(from: number, failed: number): Timed {
  return [from + 1000, { type: 'load', from, to: from + 1000, requests: 20, failed, p50Ms: 5, p95Ms: 9, maxMs: 20 }];
}
const loadOver: Timed = [66_000, { type: 'load.summary', requests: 20, failed: 0, dropped: 0, exitCode: 105 }];
const QUIET_LOAD = [load(19_000, 0), load(20_000, 0), load(21_000, 0), loadOver];
function lostRequest(at: number): Timed {
  return [66_000, { type: 'load.failure', at, request: 'POST /jobs/list', note: 'connection reset by peer' }];
}
function hung(t: number): Timed {
  const sample = { type: 'sample', probe: 'api health', intended: t, start: t, end: t + 2000, ok: false } as const;
  return [t + 2000, { ...sample, hung: true, note: 'timeout after 2000 ms' }];
}
function waited(name: string, satisfied: boolean): Timed {
  const lastState = satisfied ? 'true' : 'job 9 is pending';
  return [64_000, { type: 'wait', name, satisfied, afterMs: 40_000, timeoutMs: 40_000, lastState }];
}
function logOf(t: number, lines: number, attempt = 0): Timed {
  return [t, { type: 'attempt.log', jobId: '1', attempt, lines, previousStart: t - 500, start: t - 5, end: t }];
}
const wentOn: Changes = { without: isSubjectWork, add: SYNC_WENT_ON };
function wentOnWith(...add: readonly Timed[]): Changes {
  return { without: isSubjectWork, add: [...SYNC_WENT_ON, ...add] };
}

const laterConnection: Timed = [
  300,
  { type: 'connection', connectionId: LATER, name: 'later', role: 'background', schedule: 'manual' },
];
const laterRows: Timed = [310, { type: 'source.rows', connectionId: LATER, rows: [[1, 200]], start: 300, end: 310 }];
function later(...add: readonly Timed[]): Changes {
  return wentOnWith(laterConnection, laterRows, ...add);
}
const SUCCEEDED = [{ number: 0, status: 'succeeded' as const }];

const failedAt = (t: number): Timed => jobAt(t, '7', 'failed', [{ number: 0, status: 'failed' }], 'connection-2');
function putBack(t: number, succeeded = true): Timed {
  return [t, { type: 'fault.undone', fault: 'lose-node', succeeded, text: 'alert-sink-0' }];
}
const planned: Timed = [
  FAULT - 1,
  {
    type: 'fault.planned',
    fault: 'lose-node',
    description: 'd',
    targets: [],
    undo: ['make sure that alert-sink-0 runs'],
  },
];
function alertAt(t: number): Timed {
  const seen = { previousStart: t - 100, start: t - 50, end: t };
  return [t, { type: 'alert', jobId: '7', text: 'failed', ...seen }];
}

const SERVER = 'server-1';
function serverIs(t: number, ready: boolean, inService?: boolean, instance = SERVER): Timed {
  const service = inService === undefined ? {} : { inService };
  const state = { state: 'running', ready, restarts: 0, ...service } as const;
  return [t, { type: 'component', component: 'server', instance, ...state }];
}
/** One server that is asked by itself five times a second, and does not answer in some of the time. */
function askedItself(silentFrom: number, silentTo: number): readonly Timed[] {
  const probe = instanceProbe(SERVER);
  const samples = Array.from({ length: 120 }, (_, index): Timed => {
    const at = 18_000 + index * 200;
    const isSilent = at >= silentFrom && at < silentTo;
    const end = at + (isSilent ? 2000 : 4);
    const bad = isSilent ? { hung: true, note: 'timeout after 2000 ms' } : {};
    return [end, { type: 'sample', probe, intended: at, start: at, end, ok: !isSilent, ...bad }];
  });
  return [
    [300, { type: 'probe.defined', probe, everyMs: 200, timeoutMs: 2000, kind: 'http', target: 't' }],
    ...samples,
  ];
}
const NEVER = [Infinity, Infinity] as const;

const CASES: readonly (readonly [Check, readonly Case[]])[] = [
  [
    readyAnswers({ component: 'server', within: '5s' }),
    [
      ['pass', 'it answered all along', { add: [serverIs(310, true), ...askedItself(...NEVER)] }],
      [
        'pass',
        'the platform noticed in time',
        { add: [serverIs(310, true), ...askedItself(20_000, 32_000), serverIs(23_000, false), serverIs(33_000, true)] },
      ],
      [
        'pass',
        'nobody was led to it any more',
        { add: [serverIs(310, true), ...askedItself(20_000, 32_000), serverIs(23_000, true, false)] },
      ],
      [
        'fail',
        'it was called ready and said nothing for 12 s',
        { add: [serverIs(310, true), ...askedItself(20_000, 32_000), serverIs(25_000, true)] },
        /server-1 was called ready and did not answer for 11\.9 s \(9\.80 s – 12\.0 s\).*timeout/,
      ],
      [
        'fail',
        'it never answers again',
        { add: [serverIs(310, true), ...askedItself(20_000, Infinity)] },
        /did not answer/,
      ],
      [
        'unknown',
        'its silence may have lasted for less or more than that',
        { add: [serverIs(310, true), ...askedItself(20_000, 25_000)] },
      ],
      [
        'unknown',
        'it could not be asked at all',
        { add: [serverIs(310, false), ...askedItself(0, Infinity)] },
        /never answered/,
      ],
      [
        'unknown',
        'another one came in its place that nobody asked',
        { add: [serverIs(310, true), ...askedItself(...NEVER), serverIs(21_000, true, true, 'server-2')] },
        /server-2 was called ready and not asked/,
      ],
      [
        'unknown',
        'the prober itself stood still all that time',
        {
          add: [
            serverIs(310, true),
            ...askedItself(20_000, 32_000),
            [34_000, { type: 'prober', from: 20_000, to: 34_000, delayP99Ms: 14_000, delayMaxMs: 14_000, samples: 60 }],
          ],
        },
        /server-1 was asked only while/,
      ],
      ['unknown', 'nobody asked it', { add: [serverIs(310, true)] }, /No server/],
      ['unknown', 'nothing was injected', NO_FAULT],
    ],
  ],
  [
    syncUndisturbed(),
    [
      ['pass', 'it went on in its one attempt', wentOn],
      ['fail', 'it was retried', {}, /heartbeat/],
      [
        'fail',
        'it claims success without its records',
        { without: isSubjectWork, add: [...SYNC_WENT_ON.slice(0, 3), deliveredAt(30_200, 500)] },
        /false-success/,
      ],
      ['unknown', 'the run ended before it did', { without: isSubjectWork, add: SYNC_WENT_ON.slice(0, 2) }],
      ['unknown', 'no sync ran at the fault', { without: isSubjectWork }],
      ['unknown', 'nothing was injected', NO_FAULT],
    ],
  ],
  [
    requestsLost({ probes: ['api health'], allowed: '0s' }),
    [
      ['pass', 'every request was answered', { add: QUIET_LOAD }],
      ['pass', 'a request failed only before the fault', { add: [...QUIET_LOAD, lostRequest(FAULT - 500)] }],
      [
        'fail',
        'one request of the load failed',
        { add: [...QUIET_LOAD, lostRequest(FAULT + 500)] },
        /POST \/jobs\/list/,
      ],
      ['fail', 'one sample of the probe failed', { story: { badHealthFrom: 21_000, badHealthFor: 40 } }, /503/],
      ['fail', 'failures are counted, but none is named', { add: [...QUIET_LOAD, load(22_000, 2)] }],
      ['unknown', 'nothing was injected', NO_FAULT],
      ['unknown', 'nothing was asked', { without: (event) => event.type === 'sample' }],
      ['unknown', 'a sample hung and there was no load to tell whether it was only slow', { add: [hung(21_010)] }],
      ['pass', 'a sample hung, but the load got every answer', { add: [...QUIET_LOAD, hung(21_010)] }],
    ],
  ],
  [
    requestsLost({ probes: ['api health'], allowed: '1s' }),
    [
      ['pass', 'as many failed as come in half a second', { story: { badHealthFrom: 21_000, badHealthFor: 500 } }],
      ['fail', 'as many failed as come in two seconds', { story: { badHealthFrom: 21_000, badHealthFor: 2000 } }],
    ],
  ],
  [
    attemptLogs(),
    [
      ['pass', 'the log came late', wentOnWith(logOf(30_400, 0), logOf(40_000, 25))],
      ['fail', 'the log never came', wentOnWith(logOf(30_400, 0)), /job 1, attempt 1/],
      ['unknown', 'nobody looked', wentOn],
      ['unknown', 'the job is not over', { without: isSubjectWork, add: SYNC_WENT_ON.slice(0, 2) }],
      ['unknown', 'nothing was injected', NO_FAULT],
    ],
  ],
  [
    alertLatency({ within: '30s' }),
    [
      ['pass', 'it came when the receiver was back', { add: [failedAt(22_000), putBack(40_000), alertAt(45_000)] }],
      [
        'fail',
        'it came much too late',
        { story: { endMs: 95_000 }, add: [failedAt(22_000), putBack(40_000), alertAt(90_000)] },
      ],
      ['fail', 'it never came', { story: { endMs: 95_000 }, add: [failedAt(22_000), putBack(40_000)] }],
      ['unknown', 'the run ended too early to know', { add: [failedAt(22_000), putBack(60_000)] }],
      [
        'unknown',
        'the receiver was back before the sync failed',
        { add: [failedAt(45_000), putBack(40_000), alertAt(46_000)] },
      ],
      ['unknown', 'nothing was put back', { add: [failedAt(22_000)] }],
    ],
  ],
  [
    newSyncRan(),
    [
      [
        'pass',
        'it ran to its end',
        later(jobAt(25_000, '9', 'succeeded', SUCCEEDED, LATER), deliveredAt(25_200, 200, LATER)),
      ],
      ['fail', 'it hangs', later(jobAt(25_000, '9', 'pending', [], LATER), waited(NEW_SYNC_WAIT, false)), /pending/],
      ['fail', 'no job was made', later(waited(NEW_SYNC_WAIT, false))],
      [
        'fail',
        'it failed',
        later(jobAt(25_000, '9', 'failed', [{ number: 0, status: 'failed', failure: 'no' }], LATER)),
      ],
      [
        'fail',
        'it claims success without its records',
        later(jobAt(25_000, '9', 'succeeded', SUCCEEDED, LATER), deliveredAt(25_200, 100, LATER)),
      ],
      ['unknown', 'the run ended before it did', later(jobAt(25_000, '9', 'pending', [], LATER))],
      ['unknown', 'it was not asked for', later()],
      ['unknown', 'there is no such connection', wentOn],
    ],
  ],
  [
    nothingLeftOver('after-fault'),
    [
      [
        'pass',
        'an undo failed and was made good at the end',
        { add: [planned, putBack(40_000, false), putBack(68_000)] },
      ],
      ['fail', 'an undo failed and was not repeated', { add: [planned, putBack(40_000, false)] }, /not undone/],
      ['fail', 'it failed again', { add: [planned, putBack(40_000, false), putBack(68_000, false)] }],
      ['unknown', 'nobody looked', { story: { leftOvers: undefined } }],
    ],
  ],
  [
    retryPolicy({ isRetryExpected: false }),
    [
      ['pass', 'no attempt failed', wentOn],
      ['pass', 'the policy was kept', {}],
      ['fail', 'the retry came at once', { story: { retriedAt: 30_100 } }],
      ['unknown', 'nothing was injected', NO_FAULT],
    ],
  ],
  [
    pageAvailability({ probe: 'api health', longest: '2s' }),
    [
      ['pass', 'there was no outage', {}],
      ['fail', 'it was away for five seconds', { story: { badHealthFrom: 21_000, badHealthFor: 5000 } }],
      ['unknown', 'there is no such probe', { without: (event) => event.type === 'sample' }],
    ],
  ],
];

for (const [check, cases] of CASES) {
  describe(`${check.id}: ${check.title}`, () => {
    for (const [verdict, because, changes, says] of cases) {
      test(`${verdict} when ${because}`, () => {
        const result = check.judge(retell(changes));
        expect(result.verdict, result.summary).toBe(verdict);
        expect(result.summary).toMatch(says ?? /./);
      });
    }
  });
}

test('requests_lost: the load is not judged by the probe alone when its results are missing', () => {
  const check = requestsLost({ probes: ['api health'], allowed: '0s' });
  expect(check.judge(retell({ parameters: { loadPerSecond: 20 } })).verdict).toBe('unknown');
  expect(check.judge(retell({ parameters: { loadPerSecond: 20 }, add: QUIET_LOAD })).verdict).toBe('pass');
});
