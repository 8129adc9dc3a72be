import { setTimeout as pause } from 'node:timers/promises';
import { CLAIMED_CUT_OFF } from '../core/derive/fault-time.ts';
import { formatMillis } from '../core/duration.ts';
import { ChaosError } from '../core/errors.ts';
import type { InstancePartition } from '../core/machines.ts';
import type { Instance, KillEvidence } from '../core/platform.ts';
import type { Fault, TrialContext, Wait } from '../core/scenario.ts';
import { chooseTargets, type TargetSelector } from './selectors.ts';

/** So long whoever does it may take until it says that it is done, in milliseconds. */
export const CLAIMED_WITHIN_MS = 30_000;
/** Between two looks, in milliseconds. */
const EVERY_MS = 200;

export interface PartitionInstanceOptions {
  /** Of what it chooses the first is hit. */
  readonly of: TargetSelector;
  readonly when: Wait;
  /** How long it is to be cut off, from the moment on at which that is said. */
  readonly cutSeconds: number;
  /** Whoever does it ends it by itself after so long. */
  readonly expirySeconds: number;
  /** How long the end of it may take. */
  readonly removedWithinSeconds: number;
}

/** Cuts one instance off from the network through whoever is installed for that. What they say of it is a claim; that it is out of reach has to be seen. */
export function partitionInstance(options: PartitionInstanceOptions): Fault {
  const { of, when, cutSeconds, expirySeconds, removedWithinSeconds } = options;
  return {
    id: 'partition-instance',
    description: `A partition of the network around ${of.describe}, through Chaos Mesh`,
    component: of.component,
    needs: ['partition-instances', 'watch-instances'],
    when,
    prepare: async (context) => of.prepare?.(context),
    async plan(context) {
      const partition = partitionOf(context);
      const [target] = await chooseTargets(of, context);
      if (target === undefined) throw new ChaosError({ code: 'internal', message: 'A target was chosen.' });
      const { instance } = target;
      return {
        targets: [target],
        undo: [partition.undoOf(removedWithinSeconds * 1000)],
        evidenceWithinMs: CLAIMED_WITHIN_MS + cutSeconds * 1000,
        inject: () => partition.cutOff(instance, expirySeconds),
        async gatherEvidence(report, signal) {
          if (!(await awaitClaim(partition, instance, report, signal))) return;
          await awaitEffect(context, instance, { report, signal, forMs: cutSeconds * 1000 });
        },
      };
    },
  };
}

function partitionOf({ stack: { partition } }: TrialContext): InstancePartition {
  if (partition !== undefined) return partition;
  throw new ChaosError({ code: 'config', message: 'Nothing cuts instances of this stack off.' });
}

type Report = (evidence: KillEvidence) => void;

async function awaitClaim(
  partition: InstancePartition,
  { name }: Instance,
  report: Report,
  signal: AbortSignal,
): Promise<boolean> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(CLAIMED_WITHIN_MS)]);
  let last = 'nothing yet';
  while (!until.aborted) {
    // A look that fails is made again; the last one that did not is told.
    const claim = await partition.claim(until).catch(() => undefined);
    if (claim?.isInjected === true) {
      const text = `Chaos Mesh says that ${name} is cut off (${claim.text})`;
      report({ kind: CLAIMED_CUT_OFF, holds: true, text });
      return true;
    }
    last = claim?.text ?? last;
    await pause(EVERY_MS, undefined, { signal: until }).catch(() => undefined);
  }
  const text = `Chaos Mesh did not say within ${formatMillis(CLAIMED_WITHIN_MS)} that ${name} is cut off; it said: ${last}`;
  report({ kind: CLAIMED_CUT_OFF, holds: false, text });
  return false;
}

/** Its kubelet asks it over the network how it is: where it runs on and is called not ready, it is out of reach. */
async function awaitEffect(
  { stack }: TrialContext,
  victim: Instance,
  { report, signal, forMs }: { readonly report: Report; readonly signal: AbortSignal; readonly forMs: number },
): Promise<void> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(forMs)]);
  const startedAt = performance.now();
  while (!until.aborted) {
    const now = (await stack.instances()).find(({ uid }) => uid === victim.uid);
    if (now !== undefined && isOutOfReach(victim, now)) {
      const text = `${victim.name} was called not ready while its container ran on: its machine did not reach it`;
      report({ kind: 'cut-off', holds: true, text });
      return;
    }
    await pause(EVERY_MS, undefined, { signal: until }).catch(() => undefined);
  }
  if (signal.aborted && performance.now() - startedAt < forMs) return; // the run was ended
  const text = `nothing was seen from outside of a cut around ${victim.name}, which was called ready for all of the ${formatMillis(forMs)}; that Chaos Mesh says so is no evidence`;
  report({ kind: 'cut-off', holds: false, text });
}

/** One that has ended, or is being ended, is not ready for another reason. */
function isOutOfReach(before: Instance, { ready, state, incarnation, removal }: Instance): boolean {
  return !ready && state === 'running' && removal === undefined && incarnation === before.incarnation;
}
