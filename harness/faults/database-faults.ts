import type { Fault, Wait } from '../core/scenario.ts';
import { newPrimaryUnprotected } from '../waits/database.ts';
import { afterFault } from '../waits/faults.ts';
import { primaryDatabaseNode } from './database-selectors.ts';
import { freezeInstance } from './freeze-instance.ts';
import { killProcess } from './kill-process.ts';
import { loseNode } from './lose-node.ts';
import { POSTMASTER, WAL_SENDERS } from './processes.ts';
import { requestFailover } from './request-failover.ts';

/** A way to lose the primary, and the evidence without which it was not lost in that way. */
export interface DatabaseFault {
  readonly fault: Fault;
  readonly further: readonly Fault[];
  readonly requires: readonly string[];
}

/**
 * The machine of the primary dies, and its replication falls silent `silentMs` before. So a write that was acknowledged without its
 * standby is really lost: for a process that is merely killed the kernel still sends what it had written.
 */
export function primaryNodeLost(when: Wait, silentMs: number): DatabaseFault {
  return {
    fault: freezeInstance({ of: primaryDatabaseNode(), only: WAL_SENDERS, when }),
    further: [loseNode({ of: primaryDatabaseNode(), when: afterFault({ delay: `${silentMs}ms` }) })],
    requires: ['processes-frozen', 'node-lost', 'was-the-primary'],
  };
}

/** Only PostgreSQL crashes; its Patroni lives and acts. */
export function primaryServerKilled(when: Wait): DatabaseFault {
  return {
    fault: killProcess({ of: primaryDatabaseNode(), only: POSTMASTER, when }),
    further: [],
    requires: ['process-gone', 'was-the-primary'],
  };
}

/** The whole node of the primary stands still and does not know it. */
export function primaryNodeHangs(when: Wait): DatabaseFault {
  return {
    fault: freezeInstance({ of: primaryDatabaseNode(), when }),
    further: [],
    requires: ['processes-frozen', 'was-the-primary'],
  };
}

export function plannedSwitchover(when: Wait): DatabaseFault {
  return { fault: requestFailover({ when }), further: [], requires: ['request-accepted', 'was-the-primary'] };
}

/** PostgreSQL crashes, and the node that took over is lost before it has a synchronous standby. */
export function crashThenNodeLost(when: Wait): DatabaseFault {
  return {
    fault: killProcess({ of: primaryDatabaseNode(), only: POSTMASTER, when }),
    further: [
      loseNode({ of: primaryDatabaseNode({ isUnprotected: true }), when: newPrimaryUnprotected({ within: '60s' }) }),
    ],
    requires: ['process-gone', 'node-lost', 'was-unprotected'],
  };
}
