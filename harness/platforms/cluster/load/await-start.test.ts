import { expect, test } from 'vitest';
import { stateOf } from './await-start.ts';

/* How it could mislead: name a phase and keep the reason that Kubernetes gives to itself. */

const metadata = { name: 'load-1-initializer-x1x1x' };
const container = { name: 'k6', ready: false, restartCount: 0, image: 'k6', imageID: '' };
const NO_IMAGE = { reason: 'ImagePullBackOff', message: 'Back-off pulling image "k6:gone"' };

test.each([
  [
    'an image that is not there',
    { phase: 'Pending', containerStatuses: [{ ...container, state: { waiting: NO_IMAGE } }] },
    'Pending (ImagePullBackOff: Back-off pulling image "k6:gone")',
  ],
  [
    'a program that failed',
    { phase: 'Failed', containerStatuses: [{ ...container, state: { terminated: { exitCode: 1, reason: 'Error' } } }] },
    'Failed (Error)',
  ],
  [
    'no node with room',
    {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3' }],
    },
    'Pending (Unschedulable: 0/3)',
  ],
  ['nothing wrong', { phase: 'Running', conditions: [{ type: 'PodScheduled', status: 'True' }] }, 'Running'],
])('%s is told of a pod', (_which, status, said) => {
  expect(stateOf({ metadata, status })).toBe(`load-1-initializer-x1x1x ${said}`);
});
