import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pWaitFor from 'p-wait-for';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeWorkplace, QUICK, startChaos, type Workplace } from '../cli/testing/run-chaos.ts';

let place: Workplace;
beforeEach(() => {
  place = makeWorkplace();
});
afterEach(() => place.remove());

function runFile(name: string): string {
  const run = readdirSync(place.reports).find((entry) => entry.includes('_failure'));
  const file = run === undefined ? '' : join(place.reports, run, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

const STOPS: readonly (readonly ['SIGINT' | 'SIGTERM', readonly string[], RegExp])[] = [
  ['SIGINT', ['worker_failure', ...QUICK], /"fault.undone".*"succeeded":true/],
  // A store takes long to be ready again; nobody who stops a run waits for that.
  [
    'SIGTERM',
    ['object_store_failure', '--set', 'records=12000'],
    /"fault.undone".*"succeeded":true,"text":"object-store-0 is being started again"/,
  ],
];

test.each(STOPS)(
  '%s right after the fault (%j) undoes everything, leaves a report, and exits with 130',
  async (signal, argv, undone) => {
    const run = startChaos(place, argv);
    await pWaitFor(() => runFile('events.ndjson').includes('"type":"fault.injected"'), {
      interval: 10,
      timeout: 240_000,
    });
    run.kill(signal);
    const { exitCode, stdout } = await run;
    expect(exitCode).toBe(130);
    expect(stdout).toContain('UNKNOWN');
    expect(runFile('events.ndjson')).toMatch(undone);
    expect(runFile('events.ndjson')).not.toContain('Not put away');
    expect(runFile('journal.json')).toContain('"outcome": "interrupted"');
    expect(readdirSync(join(place.state, 'stacks'))).toEqual([]);
    expect((await startChaos(place, ['cleanup'])).stdout).toContain('Nothing was left to undo');
  },
);
