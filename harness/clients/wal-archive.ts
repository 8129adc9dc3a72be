import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { describeError } from '../core/errors.ts';
import type { BackupLocation } from '../core/site.ts';
import { compareSegments, parseSegment, type Segment } from '../core/wal.ts';
import { openBucket, type StoreAddress } from './object-store.ts';
import { findFlaw } from './wal-segment.ts';

/** The log's archive as the store really holds it, whatever the database believes. Laid out as barman-cloud does. */
export interface WalArchive {
  /** Every segment that is there, in the order of the log. */
  segments(): Promise<readonly Segment[]>;
  /** When a segment that was listed came into the store, by the store's clock. */
  storedAt(segment: Segment): Date;
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
  at: StoreAddress,
  location: BackupLocation,
  segmentBytes: number,
): Promise<WalArchive> {
  const { server, ...rest } = location;
  const bucket = await openBucket({ at, ...rest });
  const prefix = `${server}/wals/`;
  const objects = new Map<string, { readonly key: string; readonly modifiedAt: Date }>();
  const objectOf = (segment: Segment): { readonly key: string; readonly modifiedAt: Date } => {
    const object = objects.get(segment.name);
    if (object === undefined) throw new RangeError(`segment ${segment.name} was never listed`);
    return object;
  };
  return {
    async segments() {
      const found: Segment[] = [];
      for (const { key, modifiedAt } of await bucket.list(prefix)) {
        const [name = '', ...endings] = (key.split('/').at(-1) ?? '').split('.');
        // `….backup` and `….history` are notes beside the log; `.gz` is a segment that was packed.
        const isNote = endings.some((ending) => ending !== 'gz');
        const segment = isNote ? undefined : parseSegment(name, segmentBytes);
        if (segment === undefined) continue;
        objects.set(segment.name, { key, modifiedAt });
        found.push(segment);
      }
      return found.toSorted(compareSegments);
    },
    storedAt: (segment) => objectOf(segment).modifiedAt,
    async read(segment) {
      const { key } = objectOf(segment);
      const stored = await bucket.get(key);
      try {
        const content = key.endsWith('.gz') ? await unpack(stored) : stored;
        return { bytes: stored.length, problem: findFlaw(content, segment) };
      } catch (error) {
        return { bytes: stored.length, problem: `does not unpack: ${describeError(error)}` };
      }
    },
    async corrupt(segment) {
      const { key } = objectOf(segment);
      const stored = await bucket.get(key);
      const from = Math.floor(stored.length / 2);
      for (let n = from; n < Math.min(from + 64, stored.length); n += 1) stored[n] = (stored[n] ?? 0) ^ 0xff;
      await bucket.put(key, stored);
    },
    async remove(segment) {
      await bucket.remove(objectOf(segment).key);
    },
    close: () => bucket.close(),
  };
}
