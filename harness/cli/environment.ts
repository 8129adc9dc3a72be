import { readFileSync } from 'node:fs';
import { availableParallelism, release, totalmem } from 'node:os';
import { z } from 'zod';

const packageFile = z.object({ version: z.string() });

/** What a reader needs to know of the machine. No host name, no user name, no path. */
export function describeEnvironment(): Record<string, string> {
  const { version } = packageFile.parse(
    JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')),
  );
  return {
    harness: version,
    node: process.versions.node,
    system: `${process.platform} ${release()} ${process.arch}`,
    cpus: String(availableParallelism()),
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    user: process.getuid?.() === 0 ? 'root' : 'not root',
  };
}
