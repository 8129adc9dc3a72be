import { describe, expect, test } from 'vitest';
import { journalSchema, type Trial } from '../core/journal.ts';
import type { Runbook } from '../core/runbook.ts';
import { htmlReport } from './html/report.ts';
import { renderRunbook } from './runbook-document.ts';
import { summary } from './summary.ts';
import { HOSTILE, sampleRun, type SampleRun } from './testing/sample-run.ts';

const STEPS: NonNullable<Trial['runbook']> = [
  {
    id: 'database',
    title: 'Restore the database',
    outcome: 'done',
    sinceFaultSeconds: 2.5,
    tookSeconds: 14.25,
    details: '3 segments of the log',
    evidence: [3],
  },
  {
    id: 'deploy',
    title: 'Deploy the stack again',
    outcome: 'failed',
    sinceFaultSeconds: 16.8,
    tookSeconds: 9,
    details: HOSTILE,
    evidence: [],
  },
  {
    id: 'jobs',
    title: `Reconcile ${HOSTILE}`,
    outcome: 'not-reached',
    sinceFaultSeconds: null,
    tookSeconds: null,
    details: null,
    evidence: [],
  },
];
const POINT: NonNullable<Trial['recoveryPoint']> = {
  lostWrites: 39,
  acknowledgedWrites: 210,
  seconds: { low: 3.896, best: 3.996, high: 4.05 },
  walBytes: 28_000,
  isNamedTime: false,
};

function recoveredRun(change: Partial<Trial> = {}): SampleRun {
  const { journal, events } = sampleRun();
  const trials = journal.trials.map((trial) => ({ ...trial, runbook: STEPS, recoveryPoint: POINT, ...change }));
  const objective = { ...journal.objective, recoveryPointSeconds: 15 };
  return { journal: journalSchema.parse({ ...journal, objective, trials }), events };
}
const page = (run: SampleRun): string => htmlReport.render(run.journal, run.events);
const markdown = (run: SampleRun): string => summary.render(run.journal, run.events);

describe('a recovery by a runbook', () => {
  test('has a part of its own behind the time that it took, and a link to it', () => {
    const titles = [...page(recoveredRun()).matchAll(/<h2>([^<]*)/g)].map((match) => match[1]);
    expect(titles.slice(1, 4)).toEqual(['How long until recovered', 'The recovery, step by step', 'What was lost']);
    expect(page(recoveredRun())).toContain('<a href="#runbook-1">Runbook</a>');
    expect(page(sampleRun())).not.toContain('step by step');
  });

  test('shows each step with its time, and says which failed and which were not come to', () => {
    const text = page(recoveredRun());
    expect(text).toContain('<td data-title="Took" class="number">14.25 s</td>');
    expect(text).toContain('<td data-title="Began, from fault" class="number">+2.50 s</td>');
    for (const word of ['Done', 'Not done', 'Not come to']) expect(text).toContain(`</svg>${word}</span>`);
  });

  test('shows what a step said as text, never as markup', () => {
    const text = page(recoveredRun());
    expect(text.match(/<script/gi)).toHaveLength(3);
    expect(text).not.toMatch(/<img|<!--/);
    const lines = markdown(recoveredRun()).split('\n');
    expect(lines.filter((line) => line.startsWith('| ') && line.includes('Reconcile'))).toHaveLength(1);
    expect(lines.join('\n')).not.toMatch(/(?<!\\)<script/);
  });

  test('says the recovery point in writes, seconds and bytes of the log, against its objective', () => {
    expect(page(recoveredRun())).toContain(
      '39 of 210 acknowledged writes lost, at least 28 kB of the log: the database came back as it was 4.00 s',
    );
    expect(page(recoveredRun())).toContain('at most 0 lost writes or those of the last 15 s');
    expect(markdown(recoveredRun())).toContain('| recovery point | 39 writes, 4.00 s');
    expect(markdown(recoveredRun())).toContain('28 kB of the log | ≤ 15 s |');
    expect(markdown(recoveredRun())).toContain('| 0, or those of the last 15 s |');
    expect(markdown(sampleRun())).not.toContain('recovery point');
  });

  test('says that a restore to a named time gives up what came later on purpose', () => {
    const run = recoveredRun({ recoveryPoint: { ...POINT, isNamedTime: true } });
    expect(page(run)).toContain('what came later is gone on purpose');
    expect(markdown(run)).toContain('| a named time |');
  });

  test('lists the steps with their times in the summary', () => {
    expect(markdown(recoveredRun())).toContain('| 1. Restore the database | ✅ done | 14.25 s |');
    expect(markdown(recoveredRun())).toContain('| 2. Deploy the stack again | ❌ failed | 9.00 s |');
  });
});

test('a runbook is printed with what to do, how to see that it is done, and the objective', () => {
  const runbook: Runbook = {
    id: 'r',
    title: 'Recovery',
    when: 'It is lost.',
    needs: ['a backup'],
    steps: [{ id: 'a', title: 'First', does: 'Do it.', verify: 'It is done.', run: async () => Promise.resolve('') }],
  };
  const objective = { id: 'o', recoverySeconds: 3600, lostWrites: 0, recoveryPointSeconds: 15, source: 'a guide' };
  const text = renderRunbook(runbook, objective, 'cluster_failure');
  expect(text).toContain('# Runbook: Recovery');
  expect(text).toContain('back within 60 min, at most 15 s of writes lost (a guide)');
  expect(text).toContain('## 1. First\n\n**Do:** Do it.\n\n**Done when:** It is done.');
  expect(text).toContain('npm run chaos -- cluster_failure');
});
