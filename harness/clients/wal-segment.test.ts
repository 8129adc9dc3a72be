import { expect, test } from 'vitest';
import { parseSegment, type Segment } from '../core/wal.ts';
import { findFlaw } from './wal-segment.ts';

const PAGE = 8192;
const SIZE = 8 * PAGE;

function segmentNamed(name: string): Segment {
  const segment = parseSegment(name, SIZE);
  if (segment === undefined) throw new Error(name);
  return segment;
}

/** A segment whose first `pages` pages were written before the log was switched to the next. */
function contentOf(segment: Segment, pages: number): Buffer {
  const content = Buffer.alloc(SIZE);
  for (let n = 0; n < pages; n += 1) {
    const at = n * PAGE;
    content.writeUInt16LE(0xd118, at);
    content.writeUInt16LE(n === 0 ? 2 : 0, at + 2);
    content.writeUInt32LE(segment.timeline, at + 4);
    content.writeBigUInt64LE(BigInt(segment.start + at), at + 8);
    content.fill(n + 1, at + 16, at + PAGE);
  }
  return content;
}

const SEGMENT = segmentNamed('000000010000000000000003');

test('a segment that is full, and one that was cut short by a switch, have no flaw', () => {
  expect(findFlaw(contentOf(SEGMENT, 8), SEGMENT)).toBeUndefined();
  expect(findFlaw(contentOf(SEGMENT, 3), SEGMENT)).toBeUndefined();
});

test.each<[string, (content: Buffer) => Buffer, string]>([
  ['is too short', (content) => content.subarray(0, PAGE), `has ${PAGE} bytes instead of ${SIZE}`],
  ['is all zeros', () => Buffer.alloc(SIZE), 'does not begin as a segment does'],
  [
    'has a page that was overwritten',
    (content) => content.fill(0xff, 2 * PAGE, 2 * PAGE + 64),
    'page 2 does not begin as a page does',
  ],
  ['has a hole', (content) => content.fill(0, 2 * PAGE, 3 * PAGE), 'page 3 follows an empty page'],
])('a segment that %s has a flaw', (_, damage, says) => {
  expect(findFlaw(damage(contentOf(SEGMENT, 8)), SEGMENT)).toBe(says);
});

test('a segment under the name of another one has a flaw', () => {
  const other = segmentNamed('000000010000000000000004');
  expect(findFlaw(contentOf(SEGMENT, 8), other)).toBe('page 0 belongs elsewhere in the log');
  const newer = segmentNamed('000000020000000000000003');
  expect(findFlaw(contentOf(newer, 8), SEGMENT)).toBe('page 0 is of a later timeline');
});
