import type { DatabaseEvent, DatabaseMember, DatabaseTopology } from '../../core/database-cluster.ts';
import type { CloudSqlInstance, CloudSqlOperation } from './cloud-sql-replies.ts';

/**
 * An instance and its standby. The standby has no name of its own, so members are named by zone: after a failover the two
 * zones have changed places. A write is on the disks of both zones before its transaction is reported as committed (Cloud SQL,
 * "About high availability").
 */
export function cloudSqlTopology(instance: CloudSqlInstance): DatabaseTopology {
  const { name, state, gceZone, secondaryGceZone, failoverReplica } = instance;
  const primary: DatabaseMember = { name: inZone(name, gceZone), role: 'primary', state };
  const members: DatabaseMember[] = [primary];
  if (isRegional(instance) && secondaryGceZone !== undefined) {
    members.push({ name: inZone(name, secondaryGceZone), role: 'replica', state: 'standby', isSynchronous: true });
  }
  if (failoverReplica?.name !== undefined) {
    const word = failoverReplica.available === true ? 'available' : 'not available';
    members.push({ name: failoverReplica.name, role: 'replica', state: word, isSynchronous: false });
  }
  const lacks = whatItLacks(instance);
  return {
    members,
    leader: primary.name,
    isRedundant: lacks === undefined,
    ...(lacks === undefined ? {} : { lacks }),
  };
}

export function isRegional(instance: CloudSqlInstance): boolean {
  return instance.settings.availabilityType === 'REGIONAL';
}

function whatItLacks(instance: CloudSqlInstance): string | undefined {
  const { state, gceZone, secondaryGceZone, masterInstanceName, settings } = instance;
  if (instance.instanceType === 'READ_REPLICA_INSTANCE') {
    return `it is a read replica of ${masterInstanceName ?? 'another instance'}: look at that one`;
  }
  if (!isRegional(instance)) {
    return instance.failoverReplica === undefined
      ? `its availability type is ${settings.availabilityType ?? 'not set'}, not REGIONAL: there is no standby`
      : 'it has only a legacy failover replica, which may be behind';
  }
  if (secondaryGceZone === undefined) return 'Cloud SQL names no secondary zone: no standby is known';
  if (secondaryGceZone === gceZone) return 'the standby is in the zone of the primary';
  if (state !== 'RUNNABLE') return `its state is ${state}`;
  // A stopped instance is RUNNABLE all the same: only its activation policy says so.
  return settings.activationPolicy === 'NEVER' ? 'it is stopped (activation policy NEVER)' : undefined;
}

/** An operation is two things that happened: it started, and it ended. */
export function momentsOf(operation: CloudSqlOperation): DatabaseEvent[] {
  const { name: id, operationType, status, insertTime, startTime, endTime } = operation;
  const start = startTime ?? insertTime;
  const moments: DatabaseEvent[] = [];
  if (start !== undefined) {
    const word = startTime === undefined ? 'asked for' : 'started';
    moments.push({ id, wall: start, text: `${operationType} ${word}` });
  }
  if (endTime !== undefined)
    moments.push({ id, wall: endTime, text: `${operationType} ${status}${problems(operation)}` });
  return moments;
}

function problems({ error }: CloudSqlOperation): string {
  const said = (error?.errors ?? []).map(({ code, message }) =>
    [code, message].filter((word) => word !== '').join(' '),
  );
  return said.length === 0 ? '' : `: ${said.join('; ')}`;
}

function inZone(name: string, zone: string | undefined): string {
  return `${name} (${zone ?? 'zone not known'})`;
}
