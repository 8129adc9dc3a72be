import type { DBCluster, DBInstance } from '@aws-sdk/client-rds';
import type { DatabaseMember, DatabaseTopology } from '../../core/database-cluster.ts';

/**
 * The state in which everything is up and nothing is being changed. `backing-up`, `modifying` and others serve too, but RDS
 * accepts no reboot in them (API Reference, RebootDBInstance: `InvalidDBInstanceState`).
 */
const AVAILABLE = 'available';

/**
 * A DB instance. The standby of a Multi-AZ deployment has no name of its own, so members are named by zone: after a failover
 * the two zones have changed places, and that is how it is seen.
 */
export function instanceTopology(instance: DBInstance): DatabaseTopology {
  const name = instance.DBInstanceIdentifier ?? '';
  const state = instance.DBInstanceStatus ?? 'unknown';
  const primary: DatabaseMember = { name: inZone(name, instance.AvailabilityZone), role: 'primary', state };
  const standbyZone = instance.MultiAZ === true ? instance.SecondaryAvailabilityZone : undefined;
  // "A synchronous standby replica in a different Availability Zone": User Guide, Concepts.MultiAZSingleStandby.
  const standby: DatabaseMember[] =
    standbyZone === undefined
      ? []
      : [{ name: inZone(name, standbyZone), role: 'replica', state: 'standby', isSynchronous: true }];
  return topology([primary, ...standby], primary.name, instanceLacks(instance, state));
}

function instanceLacks(instance: DBInstance, state: string): string | undefined {
  const source = instance.ReadReplicaSourceDBInstanceIdentifier;
  if (source !== undefined) return `it is a read replica of ${source}: look at that one`;
  if (instance.MultiAZ !== true) return 'it is not a Multi-AZ deployment: there is no standby';
  if (instance.SecondaryAvailabilityZone === undefined) return 'RDS names no secondary zone: no standby is known';
  if (instance.SecondaryAvailabilityZone === instance.AvailabilityZone)
    return 'the standby is in the zone of the primary';
  return state === AVAILABLE ? undefined : `its status is ${state}`;
}

/**
 * A Multi-AZ DB cluster or an Aurora cluster, with what is known of its instances. On Aurora all instances read one volume, so
 * an acknowledged write is there for each; in a Multi-AZ DB cluster the acknowledgement of one reader is enough (User Guide,
 * multi-az-db-clusters-concepts), and RDS does not say which one it was.
 */
export function clusterTopology(cluster: DBCluster, instances: readonly DBInstance[]): DatabaseTopology {
  const isAurora = cluster.Engine?.startsWith('aurora') === true;
  const found = (cluster.DBClusterMembers ?? []).map((member) => {
    const instance = instances.find((one) => one.DBInstanceIdentifier === member.DBInstanceIdentifier);
    return {
      name: member.DBInstanceIdentifier ?? '',
      isWriter: member.IsClusterWriter === true,
      state: instance?.DBInstanceStatus ?? 'unknown',
      zone: instance?.AvailabilityZone,
    };
  });
  const members = found.map(({ name, isWriter, state }): DatabaseMember => ({
    name,
    role: isWriter ? 'primary' : 'replica',
    state,
    ...(isAurora && !isWriter ? { isSynchronous: true } : {}),
  }));
  const writers = found.filter(({ isWriter }) => isWriter);
  const [writer] = writers;
  const readers = found.filter(({ isWriter, state }) => !isWriter && state === AVAILABLE);
  const leader = writers.length === 1 ? writer?.name : undefined;
  if (writer === undefined) return topology(members, undefined, 'it has no writer');
  if (writers.length > 1) return topology(members, undefined, `it has ${writers.length} writers`);
  if (readers.length === 0) return topology(members, leader, 'no reader is available');
  const isApart = readers.some(({ zone }) => zone !== undefined && writer.zone !== undefined && zone !== writer.zone);
  if (!isApart) return topology(members, leader, 'no available reader is in another zone than the writer');
  if (writer.state !== AVAILABLE) return topology(members, leader, `the writer's status is ${writer.state}`);
  const status = cluster.Status ?? 'unknown';
  return topology(members, leader, status === AVAILABLE ? undefined : `the cluster's status is ${status}`);
}

function topology(
  members: readonly DatabaseMember[],
  leader: string | undefined,
  lacks: string | undefined,
): DatabaseTopology {
  return {
    members,
    ...(leader === undefined ? {} : { leader }),
    isRedundant: lacks === undefined,
    ...(lacks === undefined ? {} : { lacks }),
  };
}

function inZone(name: string, zone: string | undefined): string {
  return `${name} (${zone ?? 'zone not known'})`;
}
