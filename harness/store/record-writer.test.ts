import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Clock } from '../core/clock.ts';
import type { EventBody } from '../core/events.ts';
import { ChaosError } from '../core/errors.ts';
import { readRecord } from './record-reader.ts';
import { openRecord, RECORD_FILE } from './record-writer.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'record-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function countingClock(): Clock {
  let now = 0;
  return { originNs: 0n, now: () => (now += 1.5), wall: () => new Date(0) };
}

const note = (text: string): EventBody => ({ type: 'note', level: 'info', text });
const written = (): string => readFileSync(join(dir, RECORD_FILE), 'utf8');

describe('the record writer', () => {
  test('gives each event its index, its time and its trial, and the reader gives them back', () => {
    const record = openRecord(dir, { clock: countingClock() });
    const first = record.append(note('one'), 0);
    record.append(note('two'), 3);
    record.close();
    expect(first).toEqual({ i: 0, t: 1.5, trial: 0, type: 'note', level: 'info', text: 'one' });
    expect(readRecord(dir).events.map((event) => [event.i, event.t, event.trial])).toEqual([
      [0, 1.5, 0],
      [1, 3, 3],
    ]);
  });

  test('writes nothing at once, and by itself within 100 ms', async () => {
    const record = openRecord(dir, { clock: countingClock() });
    record.append(note('waits'), 0);
    expect(written()).toBe('');
    await vi.waitFor(() => expect(written()).toContain('waits'), { timeout: 2000, interval: 5 });
    record.close();
  });

  test('writes on demand', () => {
    const record = openRecord(dir, { clock: countingClock() });
    record.append(note('now'), 0);
    record.flush();
    expect(written()).toContain('now');
    record.sync();
    record.close();
    record.close();
    expect(() => record.append(note('late'), 0)).toThrow(ChaosError);
  });

  test('refuses to write into the record of another run', () => {
    openRecord(dir, { clock: countingClock() }).close();
    expect(() => openRecord(dir, { clock: countingClock() })).toThrow(
      expect.objectContaining({ code: 'record', name: 'ChaosError' }),
    );
  });

  test('leaves a readable record when its process is killed with SIGKILL, but for the buffered tail', async () => {
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', endlessWriter(dir)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const seen = await new Promise<number>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        const flushed = Number(chunk.toString().trim().split('\n').at(-1));
        if (flushed >= 300) resolve(flushed);
      });
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    expect(readRecord(dir).events.length).toBeGreaterThanOrEqual(seen);
  });
});

/** A program that writes events for ever and says after each hundred how many are flushed. */
function endlessWriter(into: string): string {
  const writer = new URL('record-writer.ts', import.meta.url).href;
  const clock = new URL('../core/clock.ts', import.meta.url).href;
  return `
    import { openRecord } from ${JSON.stringify(writer)};
    import { systemClock } from ${JSON.stringify(clock)};
    const record = openRecord(${JSON.stringify(into)}, { clock: systemClock() });
    let count = 0;
    setInterval(() => {
      for (let n = 0; n < 100; n += 1) { record.append({ type: 'note', level: 'info', text: 'event ' + count }, 1); count += 1; }
      record.flush();
      process.stdout.write(count + '\\n');
    }, 1);`;
}

describe('secrets', () => {
  test('never reach the record, in no spelling, whatever event carries them', () => {
    const secret = 'p@ss "word"/1';
    const record = openRecord(dir, { clock: countingClock(), redact: [secret, 'tok3n'] });
    record.append(note(`said ${secret} and tok3n`), 0);
    record.append({ type: 'step', text: `postgres://airbyte:${encodeURIComponent(secret)}@db/airbyte` }, 0);
    record.append({ type: 'step', text: Buffer.from(secret).toString('base64') }, 0);
    record.append(
      { type: 'platform.ready', platform: 'local', profile: 'reference', details: { tok3n: secret }, expected: {} },
      0,
    );
    record.close();
    const text = written();
    expect(text).not.toContain('tok3n');
    expect(text).not.toContain('word');
    expect(text).not.toContain(Buffer.from(secret).toString('base64'));
    expect(readRecord(dir).events[0]).toMatchObject({ text: 'said *** and ***' });
  });

  test("that happen to be one of the schema's own words do not damage the record", () => {
    const record = openRecord(dir, {
      clock: countingClock(),
      redact: ['airbyte', 'info', 'note', 'component', 'running'],
    });
    record.append(note('airbyte is running'), 0);
    const component = {
      type: 'component',
      component: 'worker',
      instance: 'worker-0',
      state: 'running',
      ready: true,
      restarts: 0,
    } as const;
    record.append({ ...component, detail: 'airbyte' }, 1);
    record.close();
    const [first, second] = readRecord(dir).events;
    expect(first).toMatchObject({ type: 'note', level: 'info', text: '*** is ***' });
    expect(second).toMatchObject({ type: 'component', state: 'running', detail: '***' });
  });
});
