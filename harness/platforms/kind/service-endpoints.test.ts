import type { V1Endpoint, V1EndpointSlice } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { isInService } from './service-endpoints.ts';

function slice(...endpoints: readonly (readonly [uid: string, ready: boolean | undefined])[]): V1EndpointSlice {
  return {
    addressType: 'IPv4',
    endpoints: endpoints.map(([uid, ready]): V1Endpoint => {
      const conditions = ready === undefined ? {} : { ready };
      return { addresses: ['10.244.1.2'], conditions, targetRef: { kind: 'Pod', name: 'server-1', uid } };
    }),
  };
}

test('a pod is in service when an endpoint slice calls it ready', () => {
  expect(isInService([slice(['other', false]), slice(['u-1', true])], 'u-1')).toBe(true);
  expect(isInService([slice(['other', true], ['u-1', false])], 'u-1')).toBe(false);
});

test('what is not said to be not ready is ready: that is how the API means it', () => {
  expect(isInService([slice(['u-1', undefined])], 'u-1')).toBe(true);
  expect(
    isInService([{ addressType: 'IPv4', endpoints: [{ addresses: ['a'], targetRef: { uid: 'u-1' } }] }], 'u-1'),
  ).toBe(true);
});

test('a pod of several Services is in service when all of them lead to it', () => {
  expect(isInService([slice(['u-1', true]), slice(['u-1', false])], 'u-1')).toBe(false);
});

test('of a pod that no Service selects, such as a worker, nothing is said', () => {
  expect(isInService([slice(['u-1', true]), { addressType: 'IPv4' }], 'u-2')).toBeUndefined();
  expect(isInService([slice(['u-1', true])], undefined)).toBeUndefined();
});

test('an old pod of the same name and address is another one', () => {
  expect(isInService([slice(['u-old', true], ['u-1', false])], 'u-1')).toBe(false);
});
