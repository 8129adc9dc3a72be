import { catalogue } from '../../../scenarios/index.ts';

/** Prints the catalogue. Reads no file and loads no scenario: it must be there at once. */
export async function listCommand(options: { readonly json: boolean }): Promise<number> {
  const entries = Object.entries(catalogue).map(([id, { title, variants }]) => ({ id, title, variants }));
  if (options.json) {
    process.stdout.write(`${JSON.stringify(entries, null, 2)}\n`);
    return 0;
  }
  const width = Math.max(...entries.map(({ id }) => id.length));
  for (const { id, title, variants } of entries) {
    process.stdout.write(`${id.padEnd(width)}  ${title}\n`);
    if (variants.length > 0) process.stdout.write(`${' '.repeat(width)}  --variant ${variants.join(', ')}\n`);
  }
  process.stdout.write('\nRun one with: npm run chaos -- <scenario>\n');
  return 0;
}
