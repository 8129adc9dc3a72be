import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FileOutcome, OUTCOME_FILE, testOutcome } from './testing/outcome-reporter.ts';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const IMPORT = "import { beforeAll, describe, expect, it } from 'vitest';\n";

/** Test files that end in each of the ways there are. They lie in the project, for vitest is found from there. */
const FILES = {
  'passes.test.ts': `${IMPORT} it('is good', () => {}); it.skip('is left out', () => {});`,
  'fails.test.ts': `${IMPORT} it('is bad', () => { expect(1).toBe(2); }); it('is good', () => {});`,
  'again.test.ts': `${IMPORT} let tries = 0; it('is good later', { retry: 1 }, () => { tries += 1; expect(tries).toBe(2); });`,
  'hook.test.ts': `${IMPORT} describe('a stack', () => { beforeAll(() => { throw new Error('did not come up'); }); it('is not run', () => {}); });`,
  'broken.test.ts': `throw new Error('cannot be loaded');`,
};

let folder = '';
let outcomes = new Map<string, FileOutcome>();
let unhandled: string[] = [];

beforeAll(async () => {
  mkdirSync(join(PROJECT, 'node_modules/.cache'), { recursive: true });
  folder = mkdtempSync(join(PROJECT, 'node_modules/.cache/outcome-'));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
  writeFileSync(
    join(folder, 'late.test.ts'),
    `${IMPORT} it('is good', () => { void Promise.reject(new Error('nobody waits')); });`,
  );
  writeFileSync(join(folder, 'vitest.config.ts'), `export default { test: { include: ['*.test.ts'], exclude: [] } };`);
  const reporter = join(PROJECT, 'harness/cli/testing/outcome-reporter.ts');
  const file = join(folder, 'outcome.json');
  await execa(join(PROJECT, 'node_modules/.bin/vitest'), ['run', '--root', folder, `--reporter=${reporter}`], {
    cwd: folder,
    env: { [OUTCOME_FILE]: file },
    reject: false,
  });
  const outcome = testOutcome.parse(JSON.parse(readFileSync(file, 'utf8')));
  outcomes = new Map(outcome.files.map((each) => [each.file, each]));
  ({ unhandled } = outcome);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('counts what passed and names what was left out', () => {
  expect(outcomes.get('passes.test.ts')).toMatchObject({
    passed: 1,
    skipped: ['is left out'],
    failed: [],
    secondTries: [],
  });
});

it('says why a test failed', () => {
  const { passed, failed } = outcomes.get('fails.test.ts') ?? {};
  expect(passed).toBe(1);
  expect(failed).toEqual([{ name: 'is bad', reason: expect.stringContaining('expected 1 to be 2') }]);
});

it('says why a test needed its second try', () => {
  const { passed, failed, secondTries } = outcomes.get('again.test.ts') ?? {};
  expect({ passed, failed }).toEqual({ passed: 1, failed: [] });
  expect(secondTries).toEqual([{ name: 'is good later', reason: expect.stringContaining('expected 1 to be 2') }]);
});

it('says why a hook failed, though no test did', () => {
  const { failed, skipped } = outcomes.get('hook.test.ts') ?? {};
  expect(failed).toEqual([{ name: 'a stack', reason: expect.stringContaining('did not come up') }]);
  expect(skipped).toEqual(['a stack > is not run']);
});

it('says why a file could not be loaded', () => {
  expect(outcomes.get('broken.test.ts')?.failed).toEqual([
    { name: 'broken.test.ts', reason: expect.stringContaining('cannot be loaded') },
  ]);
});

it('tells what nobody waited for, and where', () => {
  const { passed, failed } = outcomes.get('late.test.ts') ?? {};
  expect(passed).toBe(1);
  expect(failed).toEqual([
    { name: expect.stringContaining('late.test.ts'), reason: expect.stringContaining('nobody waits') },
  ]);
  expect(unhandled).toEqual([]);
});
