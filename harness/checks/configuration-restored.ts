import { causeOfShortRestore } from '../core/derive/archive.ts';
import { failedStep } from '../core/derive/runbook.ts';
import { compareSnapshots, snapshotAt, type SnapshotItem, type SnapshotJob } from '../core/derive/snapshots.ts';
import type { Check } from '../core/scenario.ts';
import { count, nameSome } from './words.ts';

/**
 * Everything that the archive held is there again as it was: connections, sources, destinations, states and finished jobs. What came
 * later and is lost is part of the recovery point, and is said.
 */
export function configurationRestored(): Check {
  return {
    id: 'configuration_restored',
    title: 'Configuration, states and finished jobs are as they were',
    failure: 'Configuration, states or finished jobs are not as they were',
    judge(history) {
      const archived = snapshotAt(history, 'archived');
      const recovered = snapshotAt(history, 'recovered');
      const last = snapshotAt(history, 'last');
      const evidence = [archived, snapshotAt(history, 'last'), recovered].flatMap((event) => event?.i ?? []);
      if (archived === undefined || last === undefined)
        return {
          verdict: 'unknown',
          summary: 'Nobody looked right before the fault, or at what the archive held.',
          evidence,
        };
      if (recovered === undefined) {
        const isStopped = failedStep(history) !== undefined;
        const summary = 'Nobody could look after the recovery.';
        return { verdict: 'unknown', summary, evidence, ...(isStopped ? { consequenceOf: 'runbook_steps' } : {}) };
      }
      if (archived.items.length === 0)
        return { verdict: 'unknown', summary: 'There was nothing before the fault.', evidence };
      const { missing, missingJobs, changed, changedJobs, ...later } = compareSnapshots(archived, last, recovered);
      const wrong = [...describe('missing', missing, missingJobs), ...describe('not as before', changed, changedJobs)];
      if (wrong.length > 0) {
        const cause = causeOfShortRestore(history);
        const summary = `Of what was there before the fault: ${wrong.join('; ')}.`;
        return { verdict: 'fail', summary, evidence, ...(cause === undefined ? {} : { consequenceOf: cause }) };
      }
      const lost = describe('lost', later.lostLater, later.lostLaterJobs);
      const finished = archived.jobs.length;
      const newer =
        lost.length === 0
          ? 'Nothing newer is lost'
          : `Newer than the archive, so part of the recovery point: ${lost.join('; ')}`;
      return {
        verdict: 'pass',
        summary: `All ${count(archived.items.length, 'object')} and ${count(finished, 'job')} that the archive held are there as they were. ${newer}.`,
        evidence,
      };
    },
  };
}

function describe(what: string, items: readonly SnapshotItem[], jobs: readonly SnapshotJob[]): string[] {
  const all = [...items.map(({ kind, name }) => `${kind} "${name}"`), ...jobs.map(({ jobId }) => `job ${jobId}`)];
  if (all.length === 0) return [];
  return [`${what}: ${nameSome(all)}`];
}
