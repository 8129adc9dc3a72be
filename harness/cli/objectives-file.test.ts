import { expect, test } from 'vitest';
import { readObjectives } from './objectives-file.ts';
import { userFile } from './project-paths.ts';

test('the limit after which a job is hung is its own, and can be left out', async () => {
  const { byId } = await readObjectives(userFile('scenarios/objectives.yaml'));
  expect(byId.get('worker_failure')).toMatchObject({ recoverySeconds: 300, hungAfterSeconds: 600 });
  expect(byId.get('retry_exhaustion')).toMatchObject({ recoverySeconds: 120, hungAfterSeconds: 300 });
  expect(byId.get('cluster_failure')?.hungAfterSeconds).toBeUndefined();
});
