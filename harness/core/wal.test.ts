import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatBytes, lsnBytes, missingSegments, parseSegment, segmentAt } from './wal.ts';

const SIZE = 4 * 1024 * 1024;
const segment = (name: string) => {
  const parsed = parseSegment(name, SIZE);
  if (parsed === undefined) throw new Error(name);
  return parsed;
};

test('a position is counted in bytes from the beginning of the log', () => {
  expect(lsnBytes('0/0')).toBe(0);
  expect(lsnBytes('0/3000028')).toBe(0x3000028);
  expect(lsnBytes('16/B374D848')).toBe(0x16 * 2 ** 32 + 0xb374d848);
  expect(() => lsnBytes('nonsense')).toThrow('"nonsense" is no position in the log.');
});

test('a segment is named by its timeline and its place, whatever the size of the segments', () => {
  expect(segmentAt(1, lsnBytes('0/1400028'), SIZE).name).toBe('000000010000000000000005');
  expect(segmentAt(2, lsnBytes('1/0'), SIZE).name).toBe('000000020000000100000000');
  expect(segmentAt(1, lsnBytes('0/5000028'), 16 * 1024 * 1024).name).toBe('000000010000000000000005');
  expect(parseSegment('00000002.history', SIZE)).toBeUndefined();
  expect(parseSegment('000000010000000000000005.00000028.backup', SIZE)).toBeUndefined();
});

test('every segment has one name, and its name leads back to it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 0, max: 2 ** 45 }), (timeline, position) => {
      const made = segmentAt(timeline, position, SIZE);
      expect(parseSegment(made.name, SIZE)).toEqual(made);
      expect(position >= made.start && position < made.end).toBe(true);
    }),
  );
});

test('what lacks between two segments is named, over the end of a file id and of a timeline', () => {
  const names = (list: readonly string[]): string[] => missingSegments(list.map(segment), SIZE).map(({ name }) => name);
  expect(names([])).toEqual([]);
  expect(names(['0000000100000000000003FF', '000000010000000100000000'])).toEqual([]);
  expect(names(['0000000100000000000003FE', '000000010000000100000001'])).toEqual([
    '0000000100000000000003FF',
    '000000010000000100000000',
  ]);
  expect(names(['000000010000000000000002', '000000020000000000000002', '000000020000000000000003'])).toEqual([]);
});

test('an amount of the log is written as people read it', () => {
  expect([12, 7400, 740_000, 16_777_216].map(formatBytes)).toEqual(['12 B', '7.4 kB', '740 kB', '16.8 MB']);
});
