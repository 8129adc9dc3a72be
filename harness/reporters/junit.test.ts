import { describe, expect, test } from 'vitest';
import { junit } from './junit.ts';
import {
  failingRun,
  fiveTrials,
  hostileRun,
  refusedRun,
  sampleRun,
  unknownRun,
  type SampleRun,
} from './testing/sample-run.ts';

const render = ({ journal, events }: SampleRun): string => junit.render(journal, events);
const total = (xml: string, name: string): string | undefined =>
  new RegExp(`<testsuites [^>]*${name}="(\\d+)"`).exec(xml)?.[1];
const count = (xml: string, element: string): number => xml.split(`<${element} `).length - 1;

/** Throws at the first thing that is neither a well-formed tag nor text without markup; then checks the nesting. */
function expectWellFormed(xml: string): void {
  const token = /<\?xml [^?]*\?>|<(\/?)([a-z]+)((?: [a-zA-Z.]+="[^"<]*")*)(\/?)>|[^<]+/y;
  const open: string[] = [];
  while (token.lastIndex < xml.length) {
    const from = token.lastIndex;
    const match = token.exec(xml);
    if (match === null) throw new Error(`Not well-formed at: ${xml.slice(from, from + 80)}`);
    const [, isClosing, name, , isEmpty] = match;
    if (name === undefined || isEmpty === '/') continue;
    if (isClosing !== '/') open.push(name);
    else if (open.pop() !== name) throw new Error(`Not well-formed: </${name}> closes another element.`);
  }
  expect(open).toEqual([]);
  expect(xml.replaceAll(/&(?:amp|lt|gt|quot|#10|#13);/g, '')).not.toContain('&');
}

describe('junit.xml', () => {
  test('has one suite a trial and one for the run, and one case a check', () => {
    const xml = render(fiveTrials());
    expect(count(xml, 'testsuite')).toBe(6);
    expect(count(xml, 'testcase')).toBe(41);
    expect([total(xml, 'tests'), total(xml, 'failures'), total(xml, 'errors')]).toEqual(['41', '3', '0']);
  });

  test('says what failed, with the sentence and the events that show it', () => {
    const xml = render(failingRun());
    expect(xml).toContain('<failure type="fail" message="120 of 24,000 records are missing: 7501–7612, 7620–7627.">');
    expect(xml).toMatch(/event \d+: Final read of c-1: 24,500 rows/);
    expect(xml).toContain('Follows from the check no_gap.');
    expect(count(xml, 'error')).toBe(0);
  });

  test('an unknown check is an error, never a pass', () => {
    const xml = render(unknownRun());
    expect(xml).toContain('<error type="unknown"');
    expect([total(xml, 'failures'), total(xml, 'errors')]).toEqual(['0', '1']);
  });

  test('a run that was refused is an error although no check of it failed', () => {
    const xml = render(refusedRun());
    expect(xml).toContain('<error type="unknown" message="Refused:');
    expect(total(xml, 'errors')).toBe('1');
  });

  test('a trial that is no pass has a case that is no pass, even when every check of it passed', () => {
    const { journal, events } = sampleRun();
    const trials = journal.trials.map((trial) => ({ ...trial, verdict: 'unknown' as const }));
    expect(total(junit.render({ ...journal, verdict: 'unknown', trials }, events), 'errors')).toBe('1');
  });

  test('gives times in milliseconds', () => {
    const xml = render(sampleRun());
    expect(xml).toContain('<property name="recovery.best" value="19.012"/>');
    for (const [, time] of xml.matchAll(/ time="([^"]*)"/g)) expect(time).toMatch(/^\d+\.\d{3}$/);
  });

  test('stays well-formed whatever the names are', () => {
    for (const run of [hostileRun(), failingRun(), fiveTrials(), refusedRun()]) expectWellFormed(render(run));
    const xml = render(hostileRun());
    // oxlint-disable-next-line no-control-regex -- the characters that XML forbids
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
    expect(xml).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  test('the check for well-formed XML finds an unescaped name', () => {
    expect(() => expectWellFormed('<a x="1"><script>b</a>')).toThrow(/closes another/);
    expect(() => expectWellFormed('<a x="<b>"/>')).toThrow(/Not well-formed/);
  });
});
