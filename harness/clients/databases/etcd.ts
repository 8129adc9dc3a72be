import { z } from 'zod';
import { ChaosError, describeError } from '../../core/errors.ts';

/** A busy member may take so long. */
const ANSWER_MS = 1500;
const rangeReply = z.object({
  kvs: z.array(z.object({ key: z.base64(), value: z.base64().default(''), lease: z.string().optional() })).default([]),
});

const leaseReply = z.object({ grantedTTL: z.coerce.number() });

/** Reads keys of etcd through the HTTP gateway of whichever member answers. */
export interface EtcdReader {
  /**
   * Every key below `prefix`, without the prefix, at one revision.
   * @throws ChaosError `client` when no member answers.
   */
  read(prefix: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** For how long a key lives on after it was last renewed, in seconds; undefined when it is not there or lives for ever. */
  leaseSeconds(key: string, signal: AbortSignal): Promise<number | undefined>;
}

export function connectEtcd(urls: readonly string[]): EtcdReader {
  let turn = 0;
  async function ask<S extends z.ZodType>(
    path: string,
    body: unknown,
    schema: S,
    signal: AbortSignal,
  ): Promise<z.infer<S>> {
    const problems: string[] = [];
    for (let tried = 0; tried < urls.length; tried += 1) {
      const url = urls[turn % urls.length] ?? '';
      try {
        const response = await fetch(`${url}${path}`, {
          method: 'POST',
          body: JSON.stringify(body),
          signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
        });
        return schema.parse(await response.json());
      } catch (error) {
        signal.throwIfAborted();
        problems.push(describeError(error));
        turn += 1; // the next one, from now on
      }
    }
    throw new ChaosError({
      code: 'client',
      message: `No member of etcd answered: ${problems.join('; ') || 'there is none'}.`,
    });
  }
  return {
    async read(prefix, signal) {
      const range = { key: encode(prefix), range_end: encode(after(prefix)) };
      const { kvs } = await ask('/v3/kv/range', range, rangeReply, signal);
      return new Map(kvs.map(({ key, value }) => [decode(key).slice(prefix.length), decode(value)]));
    },
    async leaseSeconds(key, signal) {
      const { kvs } = await ask('/v3/kv/range', { key: encode(key) }, rangeReply, signal);
      const lease = kvs[0]?.lease;
      if (lease === undefined) return undefined;
      return (await ask('/v3/lease/timetolive', { ID: lease }, leaseReply, signal)).grantedTTL;
    },
  };
}

/** The first key that no longer begins with the prefix, which is how etcd names a range. */
function after(prefix: string): string {
  return `${prefix.slice(0, -1)}${String.fromCodePoint((prefix.codePointAt(prefix.length - 1) ?? 0) + 1)}`;
}

function encode(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

function decode(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}
