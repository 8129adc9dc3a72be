import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { judgeRun } from '../harness/checks/judge.ts';
import { renderAll } from '../harness/reporters/index.ts';
import { readRecord } from '../harness/store/record-reader.ts';
import workerFailure from './worker-failure.ts';

const SAMPLE = fileURLToPath(new URL('../reports/sample', import.meta.url));

test('the committed sample is what the checks and reporters of today make of its record', () => {
  const { events } = readRecord(SAMPLE);
  const started = events.find((event) => event.type === 'run.started');
  if (started?.type !== 'run.started') throw new Error('the sample does not begin with run.started');
  const { checks } = workerFailure.plan({ ...workerFailure.parameters, ...started.parameters }, started.objective);
  const journal = judgeRun(events, checks);
  const files = [
    ...renderAll(journal, events),
    { file: 'journal.json', content: `${JSON.stringify(journal, null, 2)}\n` },
  ];
  for (const { file, content } of files) expect(readFileSync(join(SAMPLE, file), 'utf8') === content, file).toBe(true);
});
