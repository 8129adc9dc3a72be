import { execa } from 'execa';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { OUTAGE_KINDS } from './outage-plan.ts';

const PROGRAM = fileURLToPath(new URL('./main.ts', import.meta.url));

function bench(...argv: string[]) {
  return execa(process.execPath, [PROGRAM, ...argv], { reject: false, env: { CHAOSTOOLKIT: '/no/such/chaos' } });
}

describe('npm run bench', () => {
  test('finds every outage of a real server, with the truth inside the bounds each time', async () => {
    const { exitCode, stdout } = await bench('outages', '--quick', '--seed', '7');
    expect(exitCode).toBe(0);
    for (const kind of OUTAGE_KINDS) {
      const columns = new RegExp(`^${kind} +our prober +(\\d+) +(\\d+) +(\\d+) +(\\d+) `, 'm').exec(stdout)?.slice(1);
      const [planned, found, invented, inside] = columns?.map(Number) ?? [];
      expect({ kind, planned, found, invented, inside }).toEqual({
        kind,
        planned: 3,
        found: 3,
        invented: 0,
        inside: 3,
      });
    }
    expect(stdout).toContain('Chaos Toolkit is not installed');
  });

  test('prints what the prober costs at each load', async () => {
    const { exitCode, stdout } = await bench('prober', '--quick');
    expect(exitCode).toBe(0);
    expect(stdout.match(/^\d+ probes, each .* samples\/s +\d+ +\d+ +[\d.]+ \/ [\d.]+ \/ [\d.]+/gm)).toHaveLength(3);
  });

  test('names the benches when it is asked for another', async () => {
    const { exitCode, stderr } = await bench('outage');
    expect(exitCode).toBe(64);
    expect(stderr).toContain('There is no bench "outage"');
    expect(stderr).toContain('outages|prober|start|report');
  });
});
