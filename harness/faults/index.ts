/** What scenarios can break, under one name: `faults.killInstance(…)`. A new fault is added here to be used. */
export { CLAIMED_WITHIN_MS, partitionInstance } from './partition-instance.ts';
export { cutOff } from './cut-off.ts';
export { drainMachine } from './drain-machine.ts';
export { loseMachines } from './lose-machine.ts';
export { controlPlane, machineCalled, machineOf, zoneCalled, zoneWith } from './machine-selectors.ts';
export { databaseFault } from './database-faults.ts';
export { primaryDatabaseNode } from './database-selectors.ts';
export { destroySite } from './destroy-site.ts';
export { freezeInstance } from './freeze-instance.ts';
export { healFaults } from './heal.ts';
export { killInstance } from './kill-instance.ts';
export { loseNode } from './lose-node.ts';
export { removeInstance } from './remove-instance.ts';
export { rollOut } from './roll-out.ts';
export { firstThatMayGo, instancesOf, leaderOf, podOfTheSync, workerRunningTheSync } from './selectors.ts';
export { takeSiteAway } from './take-site-away.ts';
export { sourceConnectionsCut, sourceOutage, sourceTableMissing } from './source-outage.ts';
