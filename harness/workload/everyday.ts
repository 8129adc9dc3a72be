import type { RunningStack } from '../core/platform.ts';
import type { ProbeSpec } from '../core/probe.ts';
import { apiHealth, webPage } from './http-probes.ts';
import { databaseWrites } from './write-ledger.ts';

/** Parameters that most scenarios share: a sync of about 13 s, moderate API load, a sample of every probe each 50 ms. */
export const EVERYDAY = {
  records: 20_000,
  recordsPerSecond: 1_500,
  checkpointEvery: 500,
  stateLagSeconds: 2,
  loadPerSecond: 20,
  probeEveryMs: 50,
  connector: 'sequence',
};

/** What is watched in every scenario: the API with its database, the web page, and a ledger of acknowledged SQL writes. */
export function everydayProbes(stack: RunningStack, trial: number, everyMs: number): ProbeSpec[] {
  return [apiHealth(stack, everyMs), webPage(stack, everyMs), databaseWrites(stack, trial, everyMs)];
}
