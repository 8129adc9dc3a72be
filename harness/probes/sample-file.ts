import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { ChaosError } from '../core/errors.ts';
import type { Sample } from '../core/probe.ts';

/** Samples as lines of JSON. */
export class SampleFile implements AsyncDisposable {
  readonly #stream: WriteStream;
  /** Rejects with a ChaosError `environment` when the file cannot be written any more; never resolves. */
  readonly failed: Promise<never>;

  constructor(stream: WriteStream, path: string) {
    this.#stream = stream;
    this.failed = new Promise((_, reject) => {
      stream.on('error', (cause) => reject(cannotWrite(path, cause)));
    });
    this.failed.catch(() => {}); // whoever has stopped listening must not be killed by it
  }

  /** @throws ChaosError `environment` when the file cannot be opened. */
  static async create(path: string): Promise<SampleFile> {
    const stream = createWriteStream(path);
    try {
      await once(stream, 'open');
    } catch (cause) {
      throw cannotWrite(path, cause);
    }
    return new SampleFile(stream, path);
  }

  write(samples: readonly Sample[]): void {
    if (samples.length > 0) this.#stream.write(samples.map((sample) => `${JSON.stringify(sample)}\n`).join(''));
  }

  /** @throws ChaosError `environment` when what was written did not reach the file. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#stream.end(resolve));
    await Promise.race([closed, this.failed]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stream.destroy();
  }
}

function cannotWrite(path: string, cause: unknown): ChaosError {
  return new ChaosError({
    code: 'environment',
    message: `The samples cannot be written to ${path}.`,
    tryThis: 'Name a file in a folder that exists, on a disk with space.',
    cause,
  });
}
