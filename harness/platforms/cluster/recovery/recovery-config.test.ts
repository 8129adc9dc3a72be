import { expect, test } from 'vitest';
import { recoverySchema } from './recovery-config.ts';

/* How it could lie: take a line for a shell as a command; break with nothing that brings the original back; run a step without a limit. */

const STEP = { id: 'database', title: 'Restore', command: ['restore', '--to', 'latest'], within: '10m' };
const BREAK = { command: ['scale', '0'], within: '1m' };

function mistakes(value: unknown): readonly string[] {
  const { error } = recoverySchema.safeParse(value);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

test('steps alone are enough: a person then takes the site away, and brings it back', () => {
  expect(recoverySchema.parse({ steps: [STEP] })).toMatchObject({
    env: [],
    settings: {},
    restoreOriginal: [],
    originalWithin: '5m',
  });
  expect(recoverySchema.parse({ steps: [STEP], originalWithin: 'never' }).originalWithin).toBe('never');
});

test.each([
  [
    'a line for a shell',
    { steps: [{ ...STEP, command: 'restore && deploy' }] },
    'steps.0.command: is a line for a shell',
  ],
  ['no program', { steps: [{ ...STEP, command: [] }] }, 'steps.0.command: names no program'],
  ['no limit', { steps: [{ ...STEP, within: undefined }] }, 'steps.0.within'],
  ['a limit that is none', { steps: [{ ...STEP, within: 'soon' }] }, 'steps.0.within: is no duration'],
  ['a time for the original that is none', { steps: [STEP], originalWithin: 'soon' }, 'originalWithin: is no duration'],
  ['no step', { steps: [] }, 'steps: names no step'],
  ['two steps of one id', { steps: [STEP, STEP] }, 'steps: has two steps of one id'],
  ['an id that is no name of a file', { steps: [{ ...STEP, id: '../x' }] }, 'steps.0.id: takes small letters'],
  [
    'a break without an undo',
    { steps: [STEP], break: BREAK },
    'names a break and nothing that brings the original back',
  ],
  ['a variable written out as a credential', { steps: [STEP], env: ['TOKEN=abc'] }, 'env.0: is no name of a variable'],
  ['an unknown key', { steps: [STEP], shell: true }, 'Unrecognized key'],
])('%s is refused', (_, value, words) => {
  expect(mistakes(value).join('\n')).toContain(words);
});
