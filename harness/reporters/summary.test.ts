import { describe, expect, test } from 'vitest';
import { summary } from './summary.ts';
import {
  failingRun,
  fiveTrials,
  hostileRun,
  refusedRun,
  sampleRun,
  unknownRun,
  type SampleRun,
} from './testing/sample-run.ts';

const render = ({ journal, events }: SampleRun): string => summary.render(journal, events);

describe('summary.md', () => {
  test('begins with the verdict and the headline', () => {
    expect(render(sampleRun()).split('\n').slice(0, 3)).toEqual([
      '### ✅ PASS · `worker_failure`',
      '',
      expect.stringContaining('**The interrupted sync resumed 19.01 s after'),
    ]);
    expect(render(unknownRun())).toContain('### ⚠️ UNKNOWN');
  });

  test('names the failing checks before the numbers, and only counts what follows from them', () => {
    const text = render(failingRun());
    expect(text.indexOf('❌ FAIL Every record arrived')).toBeLessThan(text.indexOf('| recovery time'));
    expect(text).not.toContain('The interrupted job succeeded');
    expect(text).toContain('… and 1 check that only follows from these');
  });

  test('has the numbers against the objective', () => {
    expect(render(sampleRun())).toContain('| recovery time | 19.01 s ± 0.10 s | ≤ 5 min (');
    expect(render(failingRun())).toContain('| lost records | 120 of 24,000 | 0 |');
  });

  test('says unknown, not 0, when a ledger was never read', () => {
    const { journal, events } = sampleRun();
    const trials = journal.trials.map((trial) => ({
      ...trial,
      ledgers: trial.ledgers.map((ledger) => ({ ...ledger, isRead: false })),
    }));
    expect(summary.render({ ...journal, trials }, events)).toContain('| lost writes | unknown number of 812');
  });

  test('lists every trial and what they allow one to conclude', () => {
    const text = render(fiveTrials());
    expect(text.match(/^- trial \d/gm)).toHaveLength(5);
    expect(text).toContain('one trial outside it is a fail');
  });

  test('of a refused run says that nothing was measured', () => {
    expect(render(refusedRun())).toContain('nothing was measured');
  });

  test('shows hostile names as text: no markup, HTML, link or mention, and no line of its own', () => {
    const text = render(hostileRun());
    const outsideCode = text.replaceAll(/`[^`\n]*`/g, (span, offset: number) =>
      text[offset - 1] === '\\' ? span : '',
    );
    for (const markup of [/(?<!\\)<script/, /(?<!\\)<img/, /(?<!\\)\[l\]/, /(?<!\\)\*\*b/, /@here/, /https:\/\//]) {
      expect(outsideCode).not.toMatch(markup);
    }
    expect(text.split('\n').filter((line) => line.includes('evil'))).toHaveLength(2);
  });
});
