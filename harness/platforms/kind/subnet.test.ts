import { expect, test } from 'vitest';
import { addressFromEnd, lowerHalf } from './subnet.ts';

test.each([
  ['172.18.0.0/16', '172.18.0.0/17', '172.18.255.254'],
  ['192.168.16.0/20', '192.168.16.0/21', '192.168.31.254'],
  ['10.200.0.0/24', '10.200.0.0/25', '10.200.0.254'],
  ['172.30.0.1/24', '172.30.0.0/25', '172.30.0.254'], // written with the address of the gateway
])('%s gives out %s, and keeps the rest to its end', (subnet, half, last) => {
  expect(lowerHalf(subnet)).toBe(half);
  expect(addressFromEnd(subnet, 1)).toBe(last);
});

test('addresses from the end are all different and none is in the lower half', () => {
  const addresses = [1, 2, 3, 4, 5].map((position) => addressFromEnd('10.1.2.0/26', position));
  expect(addresses).toEqual(['10.1.2.62', '10.1.2.61', '10.1.2.60', '10.1.2.59', '10.1.2.58']);
});

test.each(['', '10.0.0.0', 'fd00::/64', '10.0.0.0/31', '10.0.0/16', '10.0.0.300/16'])('"%s" is refused', (subnet) => {
  expect(() => lowerHalf(subnet)).toThrow('IPv4');
});
