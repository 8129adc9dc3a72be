import { expect, test } from 'vitest';
import type { BodyOf, RunEvent } from '../../../core/events.ts';
import { viewRecord } from '../../record-view.ts';
import { componentLanes } from './state-lanes.ts';

const AXIS = { startMs: 0, endMs: 10_000, zeroMs: 1000, hasFault: true, slices: 120 };

/** What the lane of one instance says of its states. */
function sentenceOf(...states: readonly Partial<BodyOf<'component'>>[]): string | undefined {
  const told = { component: 'server', instance: 'server-1', state: 'running', ready: false, restarts: 0 } as const;
  const events = states.map((state, i): RunEvent => ({
    i,
    t: i * 1000,
    trial: 1,
    type: 'component',
    ...told,
    ...state,
  }));
  return componentLanes(viewRecord(events), AXIS).lanes[0]?.sentence;
}

test('a change of the Service that leads to a pod is no change of its state', () => {
  const pod = { uid: 'u-1', incarnation: 'c-1' };
  const states = [{ ...pod }, { ...pod, ready: true }, { ...pod, ready: true, inService: true }];
  expect(sentenceOf(...states)).toBe('server-1: running, not ready, then ready.');
});

test('another container in the same pod is, and so is another pod of the same name', () => {
  const pod = { uid: 'u-1', incarnation: 'c-1', ready: true };
  expect(sentenceOf({ ...pod, ready: false }, pod, { ...pod, incarnation: 'c-2' })).toContain('ready, then ready');
  expect(sentenceOf({ ...pod, ready: false }, pod, { ...pod, uid: 'u-2' })).toContain('ready, then ready');
});

test('without pods, all that was told is drawn', () => {
  expect(sentenceOf({}, { pid: 10, ready: true }, { pid: 11, ready: true })).toContain('ready, then ready');
});
