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
  const run = readdirSync(place.reports).find((entry) => entry.includes('worker_failure'));
  const file = run === undefined ? '' : join(place.reports, run, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s right after the fault undoes everything, leaves a report, and exits with 130',
  async (signal) => {
    const run = startChaos(place, ['worker_failure', ...QUICK]);
    await pWaitFor(() => runFile('events.ndjson').includes('"type":"fault.injected"'), {
      interval: 10,
      timeout: 240_000,
    });
    run.kill(signal);
    const { exitCode, stdout } = await run;
    expect(exitCode).toBe(130);
    expect(stdout).toContain('UNKNOWN');
    expect(runFile('events.ndjson')).toContain('"type":"fault.undone"');
    expect(runFile('events.ndjson')).not.toContain('Not put away');
    expect(runFile('journal.json')).toContain('"outcome": "interrupted"');
    expect(readdirSync(join(place.state, 'stacks'))).toEqual([]);
    expect((await startChaos(place, ['cleanup'])).stdout).toContain('Nothing was left to undo');
  },
);
