import { toJSONSchema, type ZodType } from 'zod';
import { auditResultSchema } from '../core/audit.ts';
import { gameDayJournalSchema } from '../core/game-day/journal.ts';
import { journalSchema } from '../core/journal.ts';
import { seriesJournalSchema } from '../core/series-journal.ts';

/** The JSON Schema of `journal.json`, as it is published in `docs/journal.schema.json`. */
export function renderJournalSchema(): string {
  return render(journalSchema, 'Journal of a chaos run', 'journal.json: the judged run.');
}

/** The JSON Schema of a series' `journal.json`, as it is published in `docs/series.schema.json`. */
export function renderSeriesSchema(): string {
  return render(
    seriesJournalSchema,
    'Journal of a series of chaos runs',
    'journal.json of `everything`: its runs, judged.',
  );
}

/** The JSON Schema of a game day's `journal.json`, as it is published in `docs/game-day-journal.schema.json`. */
export function renderGameDayJournalSchema(): string {
  return render(
    gameDayJournalSchema,
    'Journal of a game day',
    'journal.json of `npm run game-day`: its steps, judged.',
  );
}

/** The JSON Schema of `audit.json`, as it is published in `docs/audit.schema.json`. */
export function renderAuditSchema(): string {
  return renderJsonSchema(auditResultSchema, {
    title: 'Readiness audit',
    description: 'audit.json: points of the checklist, each met, not met, or not to be told.',
    io: 'output',
  });
}

function render(schema: ZodType, title: string, what: string): string {
  return renderJsonSchema(schema, { title, description: `${what} ${TIMES}`, io: 'output' });
}

/** A JSON Schema as a file: of what is written (`output`), or of what may be written by people (`input`). */
export function renderJsonSchema(
  schema: ZodType,
  { title, description, io }: { readonly title: string; readonly description: string; readonly io: 'input' | 'output' },
): string {
  const { $schema, ...rest } = toJSONSchema(schema, { target: 'draft-2020-12', io });
  return `${withShortLists(JSON.stringify({ $schema, title, description, ...rest }, null, 2))}\n`;
}

const TIMES = 'Times are in seconds; null means that the moment was never seen.';

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
