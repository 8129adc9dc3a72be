import { expect, test } from 'vitest';
import type { RunEvent } from '../../core/events.ts';
import { HOSTILE, sampleRun } from '../testing/sample-run.ts';
import { htmlReport } from './report.ts';

/** The sample run with another fault so many milliseconds after the first. */
function page(delays: readonly number[], isNumbered = true): string {
  const { journal, events } = sampleRun();
  const first = events.find((event) => event.type === 'fault.injected');
  if (first?.type !== 'fault.injected') throw new Error('the sample has no fault');
  const nth = (n: number): { nth?: number } => (isNumbered ? { nth: n } : {});
  const more = delays.map((delay, n): RunEvent => {
    const at = first.start + delay;
    const target = { component: 'temporal', instance: `temporal-${HOSTILE}`, why: 'x' };
    return {
      ...first,
      ...nth(n + 2),
      i: events.length + n,
      fault: 'second',
      targets: [target],
      start: at,
      end: at + 1,
    };
  });
  const all = [...events.map((event) => (event.type.startsWith('fault.') ? { ...event, ...nth(1) } : event)), ...more];
  return htmlReport.render(journal, all);
}

test('two faults stand apart on the time axis, each with its name and line, and apart in words', () => {
  const html = page([12_000]);
  expect(html).toContain('Zero is the injection of the first of 2 faults.');
  expect(html.match(/class="fault-line"/g)).toHaveLength(2);
  expect(html).toContain('▾ fault 1');
  expect(html).toContain('▾ fault 2');
  expect(html).toContain('Fault 2 of 2, 12.00 s after the first');
});

test('faults too near to each other to be named apart share one name', () => {
  const html = page([300]);
  expect(html.match(/class="fault-line"/g)).toHaveLength(2);
  expect(html).toContain('▾ faults 1–2');
  expect(page([300, 12_000])).toContain('▾ fault 3');
});

test('one fault is just the fault, as before', () => {
  const html = page([]);
  expect(html).toContain('Zero is the injection of the fault.');
  expect(html).toContain('▾ fault<');
  expect(html).not.toContain('Fault 1 of');
});

test('a record without numbers shows its faults in one list', () => {
  expect(page([12_000], false)).not.toContain('Fault 1 of');
  expect(page([12_000], false).match(/class="facts"/g)).toHaveLength(1);
});

test('hostile names stay text', () => {
  expect(page([500])).not.toContain('<img');
});
