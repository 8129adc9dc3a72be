/** What scenarios wait for, under one name: `waits.allInstancesReady(…)`. A new wait is added here to be used. */
export { backAfterCut, cutLasted } from './through-tool.ts';
export { clockRight, clockTold, clockWasOff } from './clock.ts';
export { afterFault } from './faults.ts';
export { allInstancesReady } from './platform.ts';
export { committedShare, interruptedJobOver, nextScheduledRunOver, recovered, syncMovesRecords } from './sync.ts';
export { autoscalersAtRest, scaledIn } from './autoscaling.ts';
export { databaseRedundant, redundancyBack, servicesBack } from './database.ts';
export { failedJobsAlerted } from './alerts.ts';
export { syncRuns, syncsOver } from './existing-syncs.ts';
export { faultLasted } from './fault.ts';
export { healthyStack } from './healthy-stack.ts';
export { missedSchedulesMadeUp, oldLeaderStoodDown, schedulesDue, schedulesGoOn, schedulesWork } from './schedules.ts';
export { allMachinesReady, instancesMoved } from './machines.ts';
export { newSyncOver } from './new-sync.ts';
export { probesGood } from './probes.ts';
export { recoveredApiGood, siteBack, unlessStepFailed } from './site.ts';
