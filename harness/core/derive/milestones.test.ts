import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const FOLDER = fileURLToPath(new URL('./milestones/', import.meta.url));

test('no two groups of milestones use the same id: the later one would silently replace the other', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('-milestones.ts'));
  const ids = files.flatMap((name) =>
    [...readFileSync(FOLDER + name, 'utf8').matchAll(/^ {2}'?([a-z-]+)'?: \{/gm)].map(([, id]) => id),
  );
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  expect(ids.length).toBeGreaterThan(20);
});
