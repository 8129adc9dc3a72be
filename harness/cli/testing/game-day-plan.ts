import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface PlannedRun {
  readonly scenario: string;
  readonly variant?: string;
  /** `--set`, as YAML. */
  readonly set: string;
}

/** What differs between a rehearsal that plays recordings and one on the real stack. */
export interface PlanShape {
  /** The four scenarios in their order: the second is stopped, the fourth ends the day. */
  readonly scenarios: readonly [PlannedRun, PlannedRun, PlannedRun, PlannedRun];
  readonly abort: string;
  readonly countdown: string;
  /** What is required of the audit, as YAML; the one that is recorded meets no more than `database_ha` and a written runbook. */
  readonly mustBeMet?: string;
}

/** A plan of four scenarios, two manual steps and an abort criterion that the last scenario meets. */
export function writePlan(folder: string, { scenarios, abort, countdown, mustBeMet }: PlanShape): string {
  const file = join(folder, 'plan.yaml');
  const step = (id: string, { scenario, variant, set }: PlannedRun, more = ''): string =>
    `  - {scenario: ${scenario}, id: ${id},${variant === undefined ? '' : ` variant: ${variant},`} set: ${set}, hypothesis: 'This is no trouble (${id}).'${more}}`;
  writeFileSync(
    file,
    `version: 1
title: A day of tests
purpose: To see that a game day loses nothing.
briefing: [Nothing is broken but the stack of this day.]
countdown: ${countdown}
every: 90d
${mustBeMet === undefined ? '' : `go_no_go: {audit: {must_be_met: ${mustBeMet}}}\n`}steps:
${step('first', scenarios[0], ', expect: {verdict: pass, recovery_within: 5m, lost_records: 0}')}
  - {manual: Call somebody, id: call, owner: Ana, within: 5m, hypothesis: They answer.}
${step('second', scenarios[1])}
  - {manual: Read the runbook, id: read, owner: Ben, within: 10m, hypothesis: It is found.}
${step('third', scenarios[2])}
${step('fourth', scenarios[3], ', expect: {lost_records: 0}')}
${step('never', scenarios[0])}
abort:
  - ${abort}
  - {when: person, says: Somebody is needed elsewhere.}
tell:
  - {who: Operations, webhook: 'env:TEST_WEBHOOK'}
  - {who: A dead address, webhook: 'env:TEST_DEAD_WEBHOOK'}
  - {who: Support, how: by phone}
`,
  );
  return file;
}
