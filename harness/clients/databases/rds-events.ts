/**
 * `DescribeEvents` returns the message of an event but not its id (only notifications carry `RDS-EVENT-…`), so the documented
 * messages are matched. Ids and messages: Amazon RDS User Guide, "Amazon RDS event categories and event messages"
 * (USER_Events.Messages), DB instance and DB cluster events; the order in which a reboot with failover writes them: AWS
 * Knowledge Center, "rds-connections-reboot-failover". "The user requested a failover" is shown there, but has no id.
 *
 * RDS writes events on a best-effort basis: they may be missing, late or out of order (User Guide, "Monitoring Amazon RDS
 * events"). They are shown beside what the harness measured and never take its place.
 */
const DOCUMENTED: readonly (readonly [message: RegExp, id: string])[] = [
  [/^Multi-AZ instance failover started/, 'RDS-EVENT-0013'],
  [/^Multi-AZ failover to standby complete/, 'RDS-EVENT-0015'],
  [/^Abandoning user requested failover/, 'RDS-EVENT-0034'],
  [/^Multi-AZ instance failover completed/, 'RDS-EVENT-0049'],
  [/^Multi-AZ instance activation started/, 'RDS-EVENT-0050'],
  [/^Multi-AZ instance activation completed/, 'RDS-EVENT-0051'],
  [/^Recovered from partial failover/, 'RDS-EVENT-0065'],
  [/^Cluster failover failed/, 'RDS-EVENT-0069'],
  [/^Promoting previous primary again/, 'RDS-EVENT-0070'],
  [/^Completed failover to DB instance/, 'RDS-EVENT-0071'],
  [/^Started same AZ failover to DB instance/, 'RDS-EVENT-0072'],
  [/^Started cross AZ failover to DB instance/, 'RDS-EVENT-0073'],
  [/^DB instance shutdown/, 'RDS-EVENT-0004'],
  [/^DB instance restarted/, 'RDS-EVENT-0006'],
  [/^Backing up DB instance/, 'RDS-EVENT-0001'],
  [/^Finished DB instance backup/i, 'RDS-EVENT-0002'],
  [/^DB instance created/, 'RDS-EVENT-0005'],
  [/^Finished applying modification to convert to a Multi-AZ/, 'RDS-EVENT-0025'],
  [/^Finished applying modification to convert to a standard/, 'RDS-EVENT-0029'],
];

/** The documented id of an event, or its category where its message is none of those that matter here. */
export function rdsEventId(message: string, categories: readonly string[] = []): string {
  return DOCUMENTED.find(([pattern]) => pattern.test(message))?.[1] ?? categories[0] ?? 'event';
}
