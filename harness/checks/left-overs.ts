import { formatMillis } from '../core/duration.ts';
import type { EventOf } from '../core/events.ts';
import type { History } from '../core/history.ts';
import type { Check } from '../core/scenario.ts';

/** Nothing of a fault or of the stack is left behind. `scope` says after what it was looked for. */
export function nothingLeftOver(scope: 'after-fault' | 'after-teardown'): Check {
  return {
    id: scope === 'after-fault' ? 'nothing_left_over' : 'teardown_clean',
    title: scope === 'after-fault' ? 'The fault left nothing behind' : 'The run left nothing behind',
    failure: scope === 'after-fault' ? 'The fault left something behind' : 'The run left something behind',
    judge(history) {
      const scans = history.all('leftovers').filter((event) => event.scope === scope);
      const undone = history.all('fault.undone').filter((event) => !event.succeeded && !isMadeGood(history, event));
      const evidence = [...scans, ...undone].map((event) => event.i);
      if (scans.length === 0 || scans.some((scan) => !scan.complete)) {
        return { verdict: 'unknown', summary: 'The scan for left-overs was not completed.', evidence };
      }
      const injected = history.latest('fault.injected');
      if (scans.some(({ i }) => i < (injected?.i ?? -1)))
        return {
          verdict: 'unknown',
          summary: 'Left-overs were looked for before the fault, and not after it.',
          evidence,
        };
      const found = [...scans.flatMap((scan) => scan.found), ...undone.map((event) => `not undone: ${event.text}`)];
      if (found.length > 0) return { verdict: 'fail', summary: `Left behind: ${found.join('; ')}.`, evidence };
      const open = neverUndone(history);
      if (open.length > 0) {
        const summary = `Nothing stray was found, but nothing says that what was broken was put right: ${open.join(', ')}.`;
        return { verdict: 'unknown', summary, evidence };
      }
      const late = scope === 'after-fault' ? lateUndone(history) : [];
      return {
        verdict: 'pass',
        summary: `No stray process, no file, nothing still broken.${late.map(describeLate).join('')}`,
        evidence: [...evidence, ...late.map(({ i }) => i)],
      };
    },
  };
}

/** Faults of which no undo is in the record, though there was something to undo. */
function neverUndone(history: History): string[] {
  const nothing = history.all('fault.planned').filter(({ undo }) => undo.length === 0);
  const needs = history.all('fault.injected').filter(({ fault }) => !nothing.some((plan) => plan.fault === fault));
  const undone = new Set(history.all('fault.undone').map(({ fault }) => fault));
  return needs.map(({ fault }) => fault).filter((fault) => !undone.has(fault));
}

/** What others undid too late: a finding on their tool, since the recovery is counted from the end of it. */
function lateUndone(history: History): readonly EventOf<'fault.undone'>[] {
  return history.all('fault.undone').filter(({ succeeded, lateMs }) => succeeded && lateMs !== undefined);
}

function describeLate({ text, lateMs = 0 }: EventOf<'fault.undone'>): string {
  return ` But the fault ended ${formatMillis(lateMs)} over its time, and so lasted longer than it was meant to: ${text}.`;
}

/** An undo that failed is repeated as a whole at the end of the trial: it is made good when every part of it succeeded then. */
function isMadeGood(history: History, failed: EventOf<'fault.undone'>): boolean {
  const later = history.all('fault.undone').filter(({ fault, i }) => fault === failed.fault && i > failed.i);
  const parts = history.first('fault.planned', ({ fault }) => fault === failed.fault)?.undo.length ?? Infinity;
  const lastFailure = later.findLastIndex(({ succeeded }) => !succeeded);
  return later.length - 1 - lastFailure >= parts;
}
