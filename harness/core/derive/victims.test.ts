import { expect, test } from 'vitest';
import { describeVictims } from './victims.ts';

const target = (component: string, index: number, why = 'part of the site') => ({
  component,
  instance: `${component}-${index}`,
  why,
});

test('a few are named, each with its reason', () => {
  expect(describeVictims([target('worker', 1, 'it runs the sync')])).toBe('worker-1 (it runs the sync)');
  expect(describeVictims([target('worker', 1, 'a'), target('temporal', 0, 'b')])).toBe('worker-1 (a), temporal-0 (b)');
  expect(describeVictims([target('server', 0), target('server', 1)])).toBe('server-0, server-1 (part of the site)');
});

test('many that are hit for one reason are counted by component', () => {
  const site = [0, 1, 2].flatMap((index) => [target('etcd', index), target('patroni', index)]);
  expect(describeVictims([...site, target('temporal', 0)])).toBe('etcd × 3, patroni × 3, temporal (part of the site)');
});
