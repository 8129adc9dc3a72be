import { expect, test } from 'vitest';
import { cpuSecondsIn } from './node-cpu.ts';

test('CPU time is read from either version of cgroups', () => {
  expect(cpuSecondsIn('usage_usec 2500000\nuser_usec 2000000\nsystem_usec 500000\nnr_periods 0\n')).toBe(2.5);
  expect(cpuSecondsIn('26582907179\n')).toBe(26.582907179);
});

test.each(['', 'user_usec 2000000\nsystem_usec 500000\n', 'cat: no such file\n', '12 13\n'])(
  'something else is no CPU time: %j',
  (printed) => {
    expect(() => cpuSecondsIn(printed)).toThrow('neither cpu.stat nor cpuacct.usage');
  },
);
