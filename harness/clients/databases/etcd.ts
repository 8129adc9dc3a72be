import { z } from 'zod';
import { ChaosError, describeError } from '../../core/errors.ts';

const ANSWER_MS = 500;
const rangeReply = z.object({
  kvs: z.array(z.object({ key: z.base64(), value: z.base64().default('') })).default([]),
});

/** Reads keys of etcd through the HTTP gateway of whichever member answers. */
export interface EtcdReader {
  /**
   * Every key below `prefix`, without the prefix, at one revision.
   * @throws ChaosError `client` when no member answers.
   */
  read(prefix: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
}

export function connectEtcd(urls: readonly string[]): EtcdReader {
  let turn = 0;
  return {
    async read(prefix, signal) {
      const problems: string[] = [];
      for (let tried = 0; tried < urls.length; tried += 1) {
        const url = urls[turn % urls.length] ?? '';
        try {
          const response = await fetch(`${url}/v3/kv/range`, {
            method: 'POST',
            body: JSON.stringify({ key: encode(prefix), range_end: encode(after(prefix)) }),
            signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
          });
          const { kvs } = rangeReply.parse(await response.json());
          return new Map(kvs.map(({ key, value }) => [decode(key).slice(prefix.length), decode(value)]));
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
