import { CLAIMED_CUT_OFF } from '../core/derive/fault-time.ts';
import type { Instance } from '../core/platform.ts';
import type { Fault } from '../core/scenario.ts';
import { throughTool, type ThroughToolOptions } from './through-tool.ts';

/** Cuts one instance off from the network through whoever is installed for that. That it is out of reach has to be seen. */
export function partitionInstance(options: ThroughToolOptions): Fault {
  return throughTool(options, {
    id: 'partition-instance',
    description: `A partition of the network around ${options.of.describe}, through Chaos Mesh`,
    needs: ['partition-instances', 'watch-instances'],
    claimed: CLAIMED_CUT_OFF,
    state: 'cut off',
    effectKind: 'cut-off',
    /** Its kubelet asks it over the network how it is: where it runs on and is called not ready, it is out of reach. */
    async effect({ stack }, victim) {
      const now = (await stack.instances()).find(({ uid }) => uid === victim.uid);
      if (now === undefined || !isOutOfReach(victim, now)) return undefined;
      return `${victim.name} was called not ready while its container ran on: its machine did not reach it`;
    },
    notSeen: ({ name }, span) =>
      `nothing was seen from outside of a cut around ${name}, which was called ready for all of the ${span}; that Chaos Mesh says so is no evidence`,
  });
}

/** One that has ended, or is being ended, is not ready for another reason. */
function isOutOfReach(before: Instance, { ready, state, incarnation, removal }: Instance): boolean {
  return !ready && state === 'running' && removal === undefined && incarnation === before.incarnation;
}
