import { expect, test } from 'vitest';
import type { BodyOf } from '../core/events.ts';
import { describeEvent } from './event-sentence.ts';

function sentence(changes: Partial<BodyOf<'component'>> = {}): string {
  const told = { component: 'server', instance: 'server-1', state: 'running', ready: true, restarts: 1 } as const;
  return describeEvent({ i: 0, t: 0, trial: 1, type: 'component', ...told, ...changes });
}

test('a process is named by its id', () => {
  expect(sentence({ pid: 10 })).toBe('server-1 is running and ready, process 10, 1 restart.');
});

test('a pod is named by its UID, with whether its Service leads to it where it has one', () => {
  const pod = { uid: '5e0c-1', node: 'node-a' };
  expect(sentence(pod)).toBe('server-1 is running and ready on node-a, pod 5e0c-1, 1 restart.');
  expect(sentence({ ...pod, inService: true })).toContain(' on node-a, in service, pod 5e0c-1');
  expect(sentence({ ...pod, inService: false })).toContain(' on node-a, not in service, pod 5e0c-1');
});

test('the pods that a fault hit are named by their UIDs', () => {
  const targets = [
    { component: 'server', instance: 'server-1', uid: '5e0c-1', why: 'w' },
    { component: 'server', instance: 'server-0', pid: 10, why: 'w' },
  ];
  const injected = { type: 'fault.injected', fault: 'kill-instance', targets, start: 0, end: 1 } as const;
  expect(describeEvent({ i: 0, t: 0, trial: 1, ...injected })).toContain(
    'server-1 (pod 5e0c-1), server-0 (process 10)',
  );
});

test('where no instance is meant, but a site, none is told of', () => {
  const told = describeEvent({
    i: 0,
    t: 0,
    trial: 1,
    type: 'fault.injected',
    fault: 'take-site-away',
    targets: [],
    start: 0,
    end: 1,
  });
  expect(told).toBe('Injected take-site-away; it took 1 ms.');
});
