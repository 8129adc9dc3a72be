import { causeOfShortRestore } from '../core/derive/archive.ts';
import { failedStep } from '../core/derive/runbook.ts';
import { snapshotAt } from '../core/derive/snapshots.ts';
import type { Check } from '../core/scenario.ts';
import { count } from './words.ts';

/** Every connection that had a schedule before the fault has been started by it on the new site. */
export function schedulesAlive(): Check {
  return {
    id: 'schedules_alive',
    title: 'Every schedule is alive again',
    failure: 'Not every schedule is alive again',
    judge(history) {
      const archived = snapshotAt(history, 'archived');
      const recovered = snapshotAt(history, 'recovered');
      const evidence = [archived, recovered].flatMap((event) => event?.i ?? []);
      const isStopped = failedStep(history) !== undefined;
      if (archived === undefined || recovered === undefined) {
        const summary = 'The schedules were not looked at before the fault and after the recovery.';
        return { verdict: 'unknown', summary, evidence, ...(isStopped ? { consequenceOf: 'runbook_steps' } : {}) };
      }
      const scheduled = archived.items.filter(({ schedule }) => schedule === 'basic' || schedule === 'cron');
      if (scheduled.length === 0)
        return { verdict: 'unknown', summary: 'No connection had a schedule before the fault.', evidence };
      const fault = history.first('fault.injected');
      const old = new Set([
        ...(snapshotAt(history, 'last') ?? archived).jobs.map(({ jobId }) => jobId),
        ...history.all('job').flatMap((look) => (fault !== undefined && look.i < fault.i ? look.jobId : [])),
      ]);
      const started = recovered.jobs.filter(({ jobId, trigger }) => trigger === 'schedule' && !old.has(jobId));
      const dead = scheduled.filter(({ id }) => !started.some(({ connectionId }) => connectionId === id));
      if (dead.length > 0) {
        const cause = isStopped ? 'runbook_steps' : causeOfShortRestore(history);
        const names = dead.map(({ name }) => `"${name}"`).join(', ');
        const summary = `Not started by their schedule since the fault: ${names}.`;
        return { verdict: 'fail', summary, evidence, ...(cause === undefined ? {} : { consequenceOf: cause }) };
      }
      const summary = `${count(scheduled.length, 'connection')} with a schedule, each started by it on the new site (${count(started.length, 'job')}).`;
      return { verdict: 'pass', summary, evidence };
    },
  };
}
