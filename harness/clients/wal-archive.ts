import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { describeError } from '../core/errors.ts';
import type { Endpoint } from '../core/platform.ts';
import type { BackupLocation } from '../core/site.ts';
import { compareSegments, parseSegment, type Segment } from '../core/wal.ts';
import { openBucket } from './object-store.ts';
import { findFlaw } from './wal-segment.ts';

/** The log's archive as the store really holds it, whatever the database believes. Laid out as barman-cloud does. */
export interface WalArchive {
  /** Every segment that is there, in the order of the log. */
  segments(): Promise<readonly Segment[]>;
  /** Reads one segment to its end: its size, and what is wrong with it, in words. */
  read(segment: Segment): Promise<{ readonly bytes: number; readonly problem: string | undefined }>;
  /** Turns over bits in the middle of the stored object. */
  corrupt(segment: Segment): Promise<void>;
  remove(segment: Segment): Promise<void>;
  close(): void;
}

const unpack = promisify(gunzip);

/** Opens the archive of a database server. `segmentBytes`: the size of its segments. */
export async function openWalArchive(
  at: Endpoint,
  location: BackupLocation,
  segmentBytes: number,
): Promise<WalArchive> {
  const { server, ...rest } = location;
  const bucket = await openBucket({ at, ...rest });
  const prefix = `${server}/wals/`;
  const keys = new Map<string, string>();
  const keyOf = (segment: Segment): string => {
    const key = keys.get(segment.name);
    if (key === undefined) throw new RangeError(`segment ${segment.name} was never listed`);
    return key;
  };
  return {
    async segments() {
      const found: Segment[] = [];
      for (const { key } of await bucket.list(prefix)) {
        const [name = '', ...endings] = (key.split('/').at(-1) ?? '').split('.');
        // `….backup` and `….history` are notes beside the log; `.gz` is a segment that was packed.
        const isNote = endings.some((ending) => ending !== 'gz');
        const segment = isNote ? undefined : parseSegment(name, segmentBytes);
        if (segment === undefined) continue;
        keys.set(segment.name, key);
        found.push(segment);
      }
      return found.toSorted(compareSegments);
    },
    async read(segment) {
      const key = keyOf(segment);
      const stored = await bucket.get(key);
      try {
        const content = key.endsWith('.gz') ? await unpack(stored) : stored;
        return { bytes: stored.length, problem: findFlaw(content, segment) };
      } catch (error) {
        return { bytes: stored.length, problem: `does not unpack: ${describeError(error)}` };
      }
    },
    async corrupt(segment) {
      const key = keyOf(segment);
      const stored = await bucket.get(key);
      const from = Math.floor(stored.length / 2);
      for (let n = from; n < Math.min(from + 64, stored.length); n += 1) stored[n] = (stored[n] ?? 0) ^ 0xff;
      await bucket.put(key, stored);
    },
    async remove(segment) {
      await bucket.remove(keyOf(segment));
    },
    close: () => bucket.close(),
  };
}
