import { expect, test } from 'vitest';
import { describeWaiting } from './waiting-pods.ts';

const running = { ready: true, state: { running: {} } };
function pod(name: string, status: object): object {
  return { metadata: { name }, status };
}
function said(...items: readonly object[]): string {
  return describeWaiting(JSON.stringify({ kind: 'List', items }));
}

test('who is ready or done is not named', () => {
  const done = pod('schema-1', { phase: 'Succeeded', containerStatuses: [{ ready: false, state: {} }] });
  expect(said(done, pod('server-1', { phase: 'Running', containerStatuses: [running] }))).toBe('');
});

test.each([
  [
    'a secret that is missing',
    {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'True' }],
      containerStatuses: [
        {
          ready: false,
          state: {
            waiting: { reason: 'CreateContainerConfigError', message: 'secret "airbyte-db-credentials" not found' },
          },
        },
      ],
    },
    'pod-1 CreateContainerConfigError: secret "airbyte-db-credentials" not found',
  ],
  [
    'no node that has room',
    {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes are available: 1 Insufficient cpu.' }],
    },
    'pod-1 is on no node: 0/1 nodes are available: 1 Insufficient cpu.',
  ],
  [
    'a first container that failed',
    {
      phase: 'Pending',
      initContainerStatuses: [{ ready: false, state: { terminated: { reason: 'Error', exitCode: 3 } } }],
      containerStatuses: [{ ready: false, state: { waiting: { reason: 'PodInitializing' } } }],
    },
    'pod-1 ended with exit code 3',
  ],
  [
    'one that runs and is not ready',
    { phase: 'Running', containerStatuses: [{ ...running, ready: false }] },
    'pod-1 Running, not ready',
  ],
  ['one that was only just made', {}, 'pod-1 Pending, not ready'],
])('names %s', (_what, status, sentence) => {
  expect(said(pod('pod-1', status))).toBe(sentence);
});

test('what is no list of pods is handed on as it is', () => {
  expect(describeWaiting('The connection to the server was refused')).toBe('The connection to the server was refused');
});
