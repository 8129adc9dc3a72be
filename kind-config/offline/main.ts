/**
 * `node kind-config/offline/main.ts [--list [NAME…]]`: builds, from package registries alone, what kind would take from an image registry: its
 * programs, the node image, the base images. NDJSON on stdout as `fixtures/README.md` has it. With --list it builds nothing and says which parts, of
 * all or of those named, are there and where; what is not named is not looked for, in Docker neither.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheDirectory } from '../../fixtures/local/install/cache-directory.ts';
import { LocalError, toErrorReport } from '../../fixtures/local/local-error.ts';
import { stdoutOutput } from '../../fixtures/local/progress.ts';
import { buildParts, missingParts } from './build-parts.ts';
import { folderName, inOrder } from './part.ts';
import { ALL_PARTS, OFFLINE } from './parts/index.ts';

const output = stdoutOutput();
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => interruption.abort(new LocalError({ code: 'interrupted', message: 'Interrupted.' })));
}
try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { list: { type: 'boolean', default: false } },
  });
  const directory = join(cacheDirectory(), 'kind');
  if (values.list) {
    const all = inOrder(ALL_PARTS);
    const listed = positionals.length === 0 ? all : all.filter(({ name }) => positionals.includes(name));
    const missing = new Set(await missingParts(listed, directory));
    for (const part of listed) {
      const isThere = !missing.has(part);
      const where = join(directory, folderName(part));
      output.write({ type: 'part', name: part.name, title: part.title, isThere, directory: where });
    }
  } else {
    const parts = await buildParts(ALL_PARTS, { directory, progress: output.progress, signal: interruption.signal });
    for (const part of parts) output.write({ type: 'part', ...part });
    const tools = Object.entries(OFFLINE.tools).map(([name, [part, file]]) => [
      name,
      join(directory, folderName(part), file),
    ]);
    output.write({
      type: 'built',
      tools: Object.fromEntries(tools),
      images: OFFLINE.images,
      elapsedMs: output.elapsedMs(),
    });
  }
} catch (error) {
  output.error(error);
  process.exitCode = toErrorReport(error).code === 'interrupted' ? 130 : 70;
}
