import type { Cut } from '../core/machines.ts';
import type { UndoAction } from '../core/platform.ts';
import type { Fault, FaultTarget, Wait } from '../core/scenario.ts';
import { instancesOn, machinesIn } from './machine-selectors.ts';
import { chooseTargets, type TargetSelector } from './selectors.ts';
import { confirmVictims } from './targets.ts';

export interface CutOffOptions {
  /** The instance that is cut off, or whose machine is. */
  readonly of: TargetSelector;
  /** `machine`: everything on it goes with it; `instance`: only that one; `grey`: its machine still reaches it, so its probes pass. */
  readonly what: 'machine' | 'instance' | 'grey';
  /** The machine itself ends the cut after so long, also when the harness is dead. */
  readonly expirySeconds: number;
  readonly when: Wait;
}

/** Cuts something off from the network, by packet-filter rules on its machine: what it runs goes on, and nobody hears of it. */
export function cutOff(options: CutOffOptions): Fault {
  const { of, what, expirySeconds, when } = options;
  const subject = what === 'machine' ? `the machine of ${of.describe}` : of.describe;
  return {
    id: 'cut-off',
    description: `${what === 'grey' ? 'Half a partition' : 'A partition'} of the network around ${subject}`,
    needs: ['machines', 'watch-instances'],
    hits: subject,
    when,
    prepare: async (context) => of.prepare?.(context),
    async plan(context) {
      const control = machinesIn(context);
      const because = await chooseTargets(of, context);
      const cuts = because.map((target) => cutOf(target, options));
      const machines = cuts.map(({ machine }) => machine);
      const targets = what === 'machine' ? await instancesOn(context, { because, why: '' }, machines) : because;
      return {
        targets,
        undo: machines.map((machine): UndoAction => ({ kind: 'join-again', dir: context.stack.dir, machine })),
        async inject() {
          for (const cut of cuts) await control.cutOff(cut);
        },
        async gatherEvidence(report) {
          for (const machine of machines) {
            const isCut = await control.isCutOff(machine);
            const text = `${machine} ${isCut ? `drops what belongs to ${subject}, for ${expirySeconds} s at most` : 'drops nothing'}`;
            report({ kind: 'cut-off', holds: isCut, text });
          }
          confirmVictims(of, context, because, report);
        },
      };
    },
  };
}

function cutOf({ instance }: FaultTarget, { what, expirySeconds }: CutOffOptions): Cut {
  const cut = { machine: instance.node ?? '', expirySeconds };
  if (what === 'machine') return { ...cut, traffic: 'everything' };
  return { ...cut, instance, traffic: what === 'grey' ? 'forwarded' : 'everything' };
}
