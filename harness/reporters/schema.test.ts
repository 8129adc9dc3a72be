import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { renderAuditSchema, renderGameDayJournalSchema, renderJournalSchema, renderSeriesSchema } from './schema.ts';

test('the published JSON Schema of the journal is up to date (vitest -u writes it)', async () => {
  const published = fileURLToPath(new URL('../../docs/journal.schema.json', import.meta.url));
  await expect(renderJournalSchema()).toMatchFileSnapshot(published);
});

test('the published JSON Schema of a series is up to date (vitest -u writes it)', async () => {
  const published = fileURLToPath(new URL('../../docs/series.schema.json', import.meta.url));
  await expect(renderSeriesSchema()).toMatchFileSnapshot(published);
});

test('the published JSON Schema of the journal of a game day is up to date (vitest -u writes it)', async () => {
  const published = fileURLToPath(new URL('../../docs/game-day-journal.schema.json', import.meta.url));
  await expect(renderGameDayJournalSchema()).toMatchFileSnapshot(published);
});

test('the published JSON Schema of an audit is up to date (vitest -u writes it)', async () => {
  const published = fileURLToPath(new URL('../../docs/audit.schema.json', import.meta.url));
  await expect(renderAuditSchema()).toMatchFileSnapshot(published);
});

test('the schema names every part of the journal', () => {
  const schema: unknown = JSON.parse(renderJournalSchema());
  expect(schema).toMatchObject({
    type: 'object',
    properties: {
      verdict: { enum: ['pass', 'fail', 'unknown'] },
      trials: { type: 'array' },
      schemaVersion: { const: 1 },
    },
  });
});
