import { setTimeout as pause } from 'node:timers/promises';
import { formatMillis } from '../core/duration.ts';
import { ChaosError } from '../core/errors.ts';
import type { FaultTool } from '../core/machines.ts';
import type { Instance, KillEvidence } from '../core/platform.ts';
import type { Fault, TrialContext, Wait } from '../core/scenario.ts';
import { chooseTargets, type TargetSelector } from './selectors.ts';

/** So long whoever does it may take until it says that it is done, in milliseconds. */
export const CLAIMED_WITHIN_MS = 30_000;
/** Between two looks, in milliseconds. */
const EVERY_MS = 200;

export interface ThroughToolOptions {
  /** Of what it chooses the first is hit. */
  readonly of: TargetSelector;
  readonly when: Wait;
  /** How long it is to last, from the moment on at which it is said to have begun. */
  readonly lastsSeconds: number;
  /** Whoever does it ends it by itself after so long. */
  readonly expirySeconds: number;
  /** How long the end of it may take. */
  readonly removedWithinSeconds: number;
}

export type Report = (evidence: KillEvidence) => void;

/** Of a fault that is done by a tool, what makes it this one. */
export interface ToolFault extends Pick<Fault, 'id' | 'description' | 'needs'> {
  /** The kind of evidence that the tool's own word is. */
  readonly claimed: string;
  /** What the instance is then: `cut off`. */
  readonly state: string;
  /** What shows it, beside that word. Undefined while nothing does. */
  readonly effect: (context: TrialContext, victim: Instance) => Promise<string | undefined>;
  /** The kind of that evidence. */
  readonly effectKind: string;
  /** What is told where it was looked for in vain for so long. */
  readonly notSeen: (victim: Instance, span: string) => string;
}

/** Breaks one thing in one instance through whoever is installed for that. What they say of it is a claim; what it is named for has to be seen. */
export function throughTool(options: ThroughToolOptions, fault: ToolFault): Fault {
  const { of, when, lastsSeconds, expirySeconds, removedWithinSeconds } = options;
  return {
    id: fault.id,
    description: fault.description,
    component: of.component,
    needs: fault.needs,
    when,
    prepare: async (context) => of.prepare?.(context),
    async plan(context) {
      const tool = toolOf(context);
      const [target] = await chooseTargets(of, context);
      if (target === undefined) throw new ChaosError({ code: 'internal', message: 'A target was chosen.' });
      const { instance } = target;
      return {
        targets: [target],
        undo: [tool.undoOf(removedWithinSeconds * 1000)],
        evidenceWithinMs: CLAIMED_WITHIN_MS + lastsSeconds * 1000,
        inject: () => tool.begin(instance, expirySeconds),
        async gatherEvidence(report, signal) {
          if (!(await awaitClaim(tool, fault, instance, report, signal))) return;
          await awaitEffect(context, fault, instance, { report, signal, forMs: lastsSeconds * 1000 });
        },
      };
    },
  };
}

function toolOf({ stack: { faultTool } }: TrialContext): FaultTool {
  if (faultTool !== undefined) return faultTool;
  throw new ChaosError({ code: 'config', message: 'Nothing is installed that breaks instances of this stack.' });
}

async function awaitClaim(
  tool: FaultTool,
  { claimed, state }: ToolFault,
  { name }: Instance,
  report: Report,
  signal: AbortSignal,
): Promise<boolean> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(CLAIMED_WITHIN_MS)]);
  let last = 'nothing yet';
  while (!until.aborted) {
    // A look that fails is made again; the last one that did not is told.
    const claim = await tool.claim(until).catch(() => undefined);
    if (claim?.isInjected === true) {
      report({ kind: claimed, holds: true, text: `${tool.name} says that ${name} is ${state} (${claim.text})` });
      return true;
    }
    last = claim?.text ?? last;
    await pause(EVERY_MS, undefined, { signal: until }).catch(() => undefined);
  }
  const text = `${tool.name} did not say within ${formatMillis(CLAIMED_WITHIN_MS)} that ${name} is ${state}; it said: ${last}`;
  report({ kind: claimed, holds: false, text });
  return false;
}

async function awaitEffect(
  context: TrialContext,
  { effect, effectKind: kind, notSeen }: ToolFault,
  victim: Instance,
  { report, signal, forMs }: { readonly report: Report; readonly signal: AbortSignal; readonly forMs: number },
): Promise<void> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(forMs)]);
  const startedAt = performance.now();
  while (!until.aborted) {
    const text = await effect(context, victim);
    if (text !== undefined) {
      report({ kind, holds: true, text });
      return;
    }
    await pause(EVERY_MS, undefined, { signal: until }).catch(() => undefined);
  }
  if (signal.aborted && performance.now() - startedAt < forMs) return; // the run was ended
  report({ kind, holds: false, text: notSeen(victim, formatMillis(forMs)) });
}
