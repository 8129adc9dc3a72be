import type { Check } from '../core/scenario.ts';

/** The system was healthy before the fault: every condition of the steady state held. */
export function steadyState(): Check {
  return {
    id: 'steady_state',
    title: 'The system was healthy before the fault',
    failure: 'The system was not healthy before the fault',
    judge(history) {
      const fault = history.first('fault.injected');
      const waits = history.all('wait').filter((wait) => fault === undefined || wait.i < fault.i);
      const failed = waits.find((wait) => !wait.satisfied);
      if (failed !== undefined) {
        return {
          verdict: 'unknown',
          summary: `Not steady, so nothing was broken: ${failed.name} – ${failed.lastState}.`,
          evidence: [failed.i],
        };
      }
      const names = waits.map((wait) => wait.name).join('; ');
      const evidence = waits.map((wait) => wait.i);
      if (waits.length === 0)
        return { verdict: 'unknown', summary: 'The run ended before the steady state was confirmed.', evidence };
      if (fault === undefined)
        return {
          verdict: 'unknown',
          summary: `Nothing was broken; until the run ended these held: ${names}.`,
          evidence,
        };
      const begun = history.latest('phase', ({ name, i }) => name === 'steady-state' && i < fault.i);
      const work = history.first('phase', ({ name, i }) => name === 'workload' && i > (begun?.i ?? fault.i));
      if (begun !== undefined && !waits.some(({ i }) => i > begun.i && i < (work?.i ?? fault.i))) {
        const summary = 'Nobody asked whether the system was healthy before work was given to it.';
        return { verdict: 'unknown', summary, evidence: [begun.i] };
      }
      return { verdict: 'pass', summary: `Held before the fault: ${names}.`, evidence };
    },
  };
}
