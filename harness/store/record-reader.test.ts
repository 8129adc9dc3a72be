import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventSchema } from '../core/events.ts';
import { parseRecord, type RunRecord } from './record-reader.ts';

const sampleLine = (i: number): string =>
  JSON.stringify({
    i,
    t: i * 2 + 0.5,
    trial: 1,
    type: 'sample',
    probe: 'server-health',
    intended: i * 2,
    start: i * 2 + 0.01,
    end: i * 2 + 0.4,
    ok: true,
  });
const noteLine = (i: number): string => JSON.stringify({ i, t: i, trial: 0, type: 'note', level: 'info', text: 'x' });

const parse = (text: string): RunRecord => parseRecord(Buffer.from(text, 'utf8'));

describe('the record reader', () => {
  test('gives the events in their order', () => {
    const record = parse(`${noteLine(0)}\n${sampleLine(1)}\n`);
    expect(record.torn).toBeNull();
    expect(record.events.map((event) => event.type)).toEqual(['note', 'sample']);
  });

  test('reports a last line that was cut off and does not use it', () => {
    const cut = sampleLine(1).slice(0, 40);
    const record = parse(`${noteLine(0)}\n${cut}`);
    expect(record.events).toHaveLength(1);
    expect(record.torn).toEqual({ line: 2, bytes: 40 });
  });

  test('uses a last line that only lacks its line break', () => {
    expect(parse(`${noteLine(0)}\n${noteLine(1)}`)).toMatchObject({ torn: null, events: [{ i: 0 }, { i: 1 }] });
  });

  test.each([
    ['that is not JSON', '{"i":1,', /Line 2 .*not JSON/],
    ['that is empty', '', /Line 2 .*empty/],
    ['of an unknown type', '{"i":1,"t":1,"trial":0,"type":"what"}', /Line 2 .*type/],
    ['with a field missing', '{"i":1,"t":1,"trial":0,"type":"step"}', /Line 2 .*text/],
    ['out of its place', noteLine(7), /Line 2 .*index 7 where 1 was expected/],
  ])('refuses a line in the middle %s and names it', (_, line, message) => {
    expect(() => parse(`${noteLine(0)}\n${line}\n${noteLine(2)}\n`)).toThrow(message);
    expect(() => parse(`${noteLine(0)}\n${line}\n${noteLine(2)}\n`)).toThrow(
      expect.objectContaining({ code: 'record' }),
    );
  });

  test('accepts exactly the samples that the schema accepts, however they are damaged', () => {
    const damage = fc.oneof(
      fc.constant(undefined),
      fc.anything(),
      fc.double(),
      fc.integer(),
      fc.string(),
      fc.boolean(),
    );
    const field = fc.constantFrom(
      'i',
      't',
      'trial',
      'type',
      'probe',
      'intended',
      'start',
      'end',
      'ok',
      'note',
      'write',
      'extra',
    );
    const write = fc.option(
      fc.record({
        seq: fc.oneof(fc.integer(), fc.double()),
        outcome: fc.constantFrom('acknowledged', 'failed', 'indeterminate', 'lost'),
      }),
      { nil: undefined },
    );
    fc.assert(
      fc.property(field, damage, write, (name, value, sampleWrite) => {
        const line = JSON.stringify({ ...JSON.parse(sampleLine(0)), write: sampleWrite, [name]: value });
        const bySchema = eventSchema.safeParse(JSON.parse(line));
        const expected = bySchema.success && bySchema.data.i === 0 ? bySchema.data : 'refused';
        expect(readOne(line)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});

function readOne(line: string): unknown {
  try {
    return parse(`${line}\n`).events[0];
  } catch {
    return 'refused';
  }
}
