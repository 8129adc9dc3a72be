/** What scenarios are put together from: `import * as waits from '../harness/waits/index.ts'`. */
export { failedJobsAlerted } from './alerts.ts';
export { databaseRedundant, redundancyBack, servicesBack } from './database.ts';
export { faultLasted } from './fault.ts';
export { afterFault } from './faults.ts';
export { newSyncOver } from './new-sync.ts';
export { allInstancesReady } from './platform.ts';
export { probesGood } from './probes.ts';
export { missedSchedulesMadeUp, oldLeaderStoodDown, schedulesDue, schedulesGoOn, schedulesWork } from './schedules.ts';
export { committedShare, interruptedJobOver, nextScheduledRunOver, recovered, syncMovesRecords } from './sync.ts';
