import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AuditRequirement } from '../../core/audit.ts';
import { systemClock } from '../../core/clock.ts';
import type { GameDayEventOf } from '../../core/game-day/events.ts';
import { latest } from '../../core/game-day/progress.ts';
import { sampleAudit } from '../../core/game-day/testing/sample-audit.ts';
import { OPENING, samplePlan } from '../../core/game-day/testing/sample-day.ts';
import { beginGameDayRecord } from '../../store/game-day-record.ts';
import type { Day } from './day.ts';
import { decide, NoGo } from './decide.ts';
import type { Ended } from './program.ts';
import type { Question } from './room.ts';
import { quietProgram, quietRoom } from './testing/quiet-room.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'chaos-decide-'));
  vi.stubEnv('CHAOS_STATE_DIR', join(dir, 'state'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

interface Scene {
  readonly required: readonly AuditRequirement[];
  /** What the commands of the harness say; those that are not named end well. */
  readonly says?: Readonly<Record<string, Partial<Ended>>>;
  /** What the room answers, one after the other; without it nobody is there. */
  readonly answers?: readonly string[];
}

interface Decided {
  readonly event: GameDayEventOf<'go-no-go'> | undefined;
  readonly audited: GameDayEventOf<'audited'> | undefined;
  readonly isNoGo: boolean;
  readonly commands: readonly string[];
  readonly said: string;
}

const AUDITED = { audit: { exitCode: 1, stdout: JSON.stringify(sampleAudit()) } };
const STEADY = { stdout: JSON.stringify({ isSteady: true, waits: [] }) };

/** A day whose harness and room are played. */
async function decideOn({ required, says = AUDITED, answers }: Scene): Promise<Decided> {
  const record = beginGameDayRecord(join(dir, 'day'), systemClock());
  for (const body of OPENING(samplePlan({ go_no_go: { audit: { must_be_met: [...required] } } })).slice(0, 3))
    record.append(body);
  const commands: string[] = [];
  const said: string[] = [];
  const open = [...(answers ?? [])];
  const day: Day = {
    record,
    clock: systemClock(),
    reports: dir,
    room: quietRoom({
      attended: answers !== undefined,
      say: (text) => void said.push(text),
      ask: async <Answer>(question: Question<Answer>) => {
        const answer = question.accept(open.shift() ?? '');
        if (answer === undefined) throw new Error(`no answer to ${question.text}`);
        return Promise.resolve(answer);
      },
    }),
    program: quietProgram(async (args) => {
      commands.push(args.join(' '));
      const ended = { steady: STEADY, ...says }[args[0] ?? ''];
      return Promise.resolve({ exitCode: 0, stdout: '', stderr: '', ...ended });
    }),
  };
  let isNoGo = false;
  try {
    await decide(day, []);
  } catch (error) {
    if (!(error instanceof NoGo)) throw error;
    isNoGo = true;
  }
  record.close();
  const { events } = record;
  return {
    event: latest(events, 'go-no-go'),
    audited: latest(events, 'audited'),
    isNoGo,
    commands,
    said: said.join('\n'),
  };
}

test('without people a day begins where all that is required is met, whatever else is not', async () => {
  const { event, audited, isNoGo, commands, said } = await decideOn({ required: ['database_ha', 'runbook_written'] });
  expect(isNoGo).toBe(false);
  expect(event).toMatchObject({ decision: 'go', by: 'harness' });
  expect(event?.inputs.map(({ id, says }) => `${id} ${says}`).at(-1)).toBe('audit go');
  expect(audited?.result).toEqual(sampleAudit());
  expect(commands.at(-1)).toBe('audit --platform local --json');
  // The stack is there before it is audited.
  expect(commands.findIndex((one) => one.startsWith('up'))).toBeLessThan(commands.length - 1);
  expect(said).toContain('not met: Title of backups: base_backup was looked at. → Put base_backup right.');
});

test.each([
  ['is not met', { required: ['backups'] }, 'no-go', 'Required and not met: Title of backups'],
  ['cannot be told', { required: ['alerting'] }, 'unknown', 'Required and not known: Title of alerting'],
  ['was not asked', { required: ['redundancy'] }, 'unknown', 'redundancy: the audit did not ask for it'],
  [
    'could not be looked at',
    { required: ['database_ha'], says: { audit: { exitCode: 70, stderr: '✗ The disk is full.' } } },
    'unknown',
    'The audit could not be made: The disk is full.',
  ],
  [
    'was answered with half of a result',
    { required: ['database_ha'], says: { audit: { stdout: JSON.stringify(sampleAudit()).slice(0, -20) } } },
    'unknown',
    'The audit could not be made',
  ],
] as const)('without people a day does not begin where what is required %s', async (_, scene, says, detail) => {
  const { event, isNoGo } = await decideOn(scene);
  expect(isNoGo).toBe(true);
  expect(event?.decision).toBe('no-go');
  expect(event?.inputs.at(-1)).toMatchObject({ id: 'audit', says, detail: expect.stringContaining(detail) });
});

test('a stack that is not up is not audited', async () => {
  const { event, audited, commands } = await decideOn({
    required: [],
    says: { ...AUDITED, up: { exitCode: 70, stderr: '✗ No port is free.' } },
  });
  expect(commands.some((one) => one.startsWith('audit'))).toBe(false);
  expect(audited).toBeUndefined();
  expect(event?.inputs.at(-1)).toMatchObject({ id: 'audit', says: 'unknown' });
});

test('the room may begin against the audit, and says why', async () => {
  const { event, isNoGo } = await decideOn({ required: ['backups'], answers: ['go', 'They are of another team.'] });
  expect(isNoGo).toBe(false);
  expect(event).toMatchObject({ decision: 'go', by: 'room', reason: 'They are of another team.' });
});
