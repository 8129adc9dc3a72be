import type { Fault, Wait } from '../core/scenario.ts';
import { newPrimaryUnprotected } from '../waits/database.ts';
import { afterFault } from '../waits/faults.ts';
import { primaryDatabaseNode } from './database-selectors.ts';
import { freezeInstance } from './freeze-instance.ts';
import { killProcess } from './kill-process.ts';
import { loseNode } from './lose-node.ts';
import { POSTMASTER, WAL_SENDERS } from './processes.ts';
import { requestFailover } from './request-failover.ts';

/** The ways for the primary to fail, by the names that people type. */
export type DatabaseFaultName = 'node_lost' | 'postgres_only' | 'hang' | 'switchover' | 'double_fault';

export interface DatabaseFaultOptions {
  /** When the (first) fault strikes. */
  readonly when: Wait;
  /** `node_lost`: for how long the replication is silent before the machine dies, in milliseconds. */
  readonly silentMs: number;
}

/** A way to lose the primary, and the evidence without which it was not lost in that way. */
export interface DatabaseFault {
  readonly fault: Fault;
  readonly further: readonly Fault[];
  readonly requires: readonly string[];
}

export function databaseFault(name: DatabaseFaultName, { when, silentMs }: DatabaseFaultOptions): DatabaseFault {
  switch (name) {
    case 'node_lost':
      return primaryNodeLost(when, silentMs);
    case 'postgres_only':
      return primaryServerKilled(when);
    case 'hang':
      return primaryNodeHangs(when);
    case 'switchover':
      return plannedSwitchover(when);
    case 'double_fault':
      return crashThenNodeLost(when);
    default:
      return name satisfies never;
  }
}

/**
 * The machine of the primary dies, and its replication falls silent `silentMs` before. So a write that was acknowledged without its
 * standby is really lost: for a process that is merely killed the kernel still sends what it had written.
 */
function primaryNodeLost(when: Wait, silentMs: number): DatabaseFault {
  return {
    fault: freezeInstance({ of: primaryDatabaseNode(), only: WAL_SENDERS, when }),
    further: [loseNode({ of: primaryDatabaseNode(), when: afterFault({ delay: `${silentMs}ms` }) })],
    requires: ['processes-frozen', 'node-lost', 'was-the-primary'],
  };
}

/** Only PostgreSQL crashes; its Patroni lives and acts. */
function primaryServerKilled(when: Wait): DatabaseFault {
  return {
    fault: killProcess({ of: primaryDatabaseNode(), only: POSTMASTER, when }),
    further: [],
    requires: ['process-gone', 'was-the-primary'],
  };
}

/** The whole node of the primary stands still and does not know it. */
function primaryNodeHangs(when: Wait): DatabaseFault {
  return {
    fault: freezeInstance({ of: primaryDatabaseNode(), when }),
    further: [],
    requires: ['processes-frozen', 'was-the-primary'],
  };
}

function plannedSwitchover(when: Wait): DatabaseFault {
  return { fault: requestFailover({ when }), further: [], requires: ['request-accepted', 'was-the-primary'] };
}

/** PostgreSQL crashes, and the node that took over is lost before it has a synchronous standby. */
function crashThenNodeLost(when: Wait): DatabaseFault {
  return {
    fault: killProcess({ of: primaryDatabaseNode(), only: POSTMASTER, when }),
    further: [
      loseNode({ of: primaryDatabaseNode({ isUnprotected: true }), when: newPrimaryUnprotected({ within: '60s' }) }),
    ],
    requires: ['process-gone', 'node-lost', 'was-unprotected'],
  };
}
