import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { clusterRecovery } from '../runbooks/cluster-recovery.ts';
import { readObjectives } from './objectives-file.ts';
import { userFile } from './project-paths.ts';
import { renderAllRunbooks } from './runbook-files.ts';

const FOLDER = fileURLToPath(new URL('../../docs/runbooks/', import.meta.url));

test('docs/runbooks is what the code of today writes: npm run chaos -- runbook --write docs/runbooks', async () => {
  const files = await renderAllRunbooks(await readObjectives(userFile('scenarios/objectives.yaml')));
  expect(readdirSync(FOLDER).toSorted()).toEqual(files.map(({ file }) => file).toSorted());
  for (const { file, content } of files) expect(readFileSync(`${FOLDER}${file}`, 'utf8') === content, file).toBe(true);
});

test('the document has every step that the run carries out, in its order', () => {
  const text = readFileSync(`${FOLDER}cluster_failure.md`, 'utf8');
  const titles = [...text.matchAll(/^## \d+\. (.*)$/gm)].map(([, title]) => title);
  expect(titles).toEqual(clusterRecovery({ syncWithin: '60m' }).steps.map(({ title }) => title));
});
