import type { Segment } from '../core/wal.ts';

/** PostgreSQL's page size of the log (XLOG_BLCKSZ), its default. */
const PAGE_BYTES = 8192;
/** `xlp_info` of a segment's first page: its header is the long one (XLP_LONG_HEADER). */
const LONG_HEADER = 0x0002;
const EMPTY_PAGE = Buffer.alloc(PAGE_BYTES);

/**
 * What is wrong with the content of a segment, in words; undefined when every page is where it belongs. Looks at the page headers
 * (src/include/access/xlog_internal.h: `xlp_magic`, `xlp_info`, `xlp_tli`, `xlp_pageaddr`): pages after a switch of the segment are all zeros. What
 * lies inside a page is guarded by the checksum of the packed object, and is judged by the restore itself.
 */
export function findFlaw(content: Buffer, segment: Segment): string | undefined {
  const size = segment.end - segment.start;
  if (content.length !== size) return `has ${content.length} bytes instead of ${size}`;
  const magic = content.readUInt16LE(0);
  if ((content.readUInt16LE(2) & LONG_HEADER) === 0) return 'does not begin as a segment does';
  let isOver = false;
  for (let at = 0; at < size; at += PAGE_BYTES) {
    const page = content.subarray(at, at + PAGE_BYTES);
    if (page.equals(EMPTY_PAGE)) {
      isOver = true;
      continue;
    }
    const where = `page ${at / PAGE_BYTES}`;
    if (isOver) return `${where} follows an empty page`;
    if (page.readUInt16LE(0) !== magic) return `${where} does not begin as a page does`;
    const address = Number(page.readBigUInt64LE(8));
    if (address !== segment.start + at) return `${where} belongs elsewhere in the log`;
    if (page.readUInt32LE(4) > segment.timeline) return `${where} is of a later timeline`;
  }
  return undefined;
}
