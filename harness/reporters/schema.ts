import { toJSONSchema } from 'zod';
import { journalSchema } from '../core/journal.ts';

/** The JSON Schema of `journal.json`, as it is published in `docs/journal.schema.json`. */
export function renderJournalSchema(): string {
  const { $schema, ...rest } = toJSONSchema(journalSchema, { target: 'draft-2020-12' });
  const titled = {
    $schema,
    title: 'Journal of a chaos run',
    description: 'journal.json: the judged run. Times are in seconds; null means that the moment was never seen.',
    ...rest,
  };
  return `${withShortLists(JSON.stringify(titled, null, 2))}\n`;
}

const LINE_WIDTH = 120;

/** Lists of words on one line where they fit, as the project's formatter writes them. */
function withShortLists(json: string): string {
  return json.replaceAll(
    /^( *)("[^"]+": )?\[\n([^[\]{}]*?)\n *\](,?)$/gm,
    (whole, indent: string, key = '', items: string, comma: string) => {
      const line = `${indent}${String(key)}[${items.trim().replaceAll(/\s*\n\s*/g, ' ')}]${comma}`;
      return line.length <= LINE_WIDTH ? line : whole;
    },
  );
}
