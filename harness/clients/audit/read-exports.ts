import type { ExportSeen } from '../../core/audit-observations.ts';
import { describeError } from '../../core/errors.ts';
import type { Bucket } from '../object-store.ts';

/** More than that are not looked into: the newest says whether exports are made and can be read. */
const READ = 1;
/** What an export of the configuration must hold at least. */
const LISTS = ['connections', 'sources', 'destinations'] as const;

/** Exports of the configuration in a bucket, newest first; the newest is read. @throws ChaosError `client`. */
export async function readExports(bucket: Bucket, prefix: string): Promise<readonly ExportSeen[]> {
  const objects = (await bucket.list(prefix)).toSorted((a, b) => b.modifiedAt.getTime() - a.modifiedAt.getTime());
  return Promise.all(
    objects.map(async ({ key, bytes, modifiedAt }, nth) => ({
      exportId: key.slice(prefix.length),
      at: modifiedAt.toISOString(),
      bytes,
      problem: nth < READ ? findProblem(await bucket.get(key)) : undefined,
    })),
  );
}

/** What is wrong with an export, in words that follow its name. */
function findProblem(content: Buffer): string | undefined {
  try {
    const document: unknown = JSON.parse(content.toString('utf8'));
    const held = typeof document === 'object' && document !== null ? new Map(Object.entries(document)) : new Map();
    const lacks = LISTS.filter((list) => !Array.isArray(held.get(list)));
    return lacks.length === 0 ? undefined : `holds no ${lacks.join(', no ')}`;
  } catch (error) {
    return `cannot be read: ${describeError(error)}`;
  }
}
