/**
 * A process of its own for `bench monitor`: an Airbyte of generation 2.x with so many connections and jobs, all of them in the last 24 h, the most that a
 * look can have to read. Prints its address as one line; ends with its input.
 */
import { fakeAirbyte, type FakeConnection, type FakeJob } from '../harness/clients/monitor/testing/fake-airbyte.ts';
import { fakeConnection, fakeJob, WORKSPACE } from '../harness/clients/monitor/testing/fake-content.ts';

const [connectionCount = 1000, jobCount = 100_000] = process.argv.slice(2).map(Number);
const now = Math.floor(Date.now() / 1000);
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'];

/** Half of them basic, the others with cron expressions of many kinds; one in twenty is manual. */
function connectionOf(index: number): FakeConnection {
  const id = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  if (index % 20 === 0) return fakeConnection(id, { scheduleType: 'manual', scheduleData: null });
  if (index % 2 === 0) return fakeConnection(id, { scheduleData: { basicSchedule: { timeUnit: 'hours', units: 1 } } });
  const cron = {
    cronExpression: `${index % 60} ${index % 15}/15 * ? * *`,
    cronTimeZone: ZONES[index % ZONES.length],
  };
  return fakeConnection(id, { scheduleType: 'cron', scheduleData: { cron } });
}

const connections = Array.from({ length: connectionCount }, (_, index) => connectionOf(index));
/** A quarter of an hour, the interval of all cron schedules: their jobs come at their fires, the others take what is left. */
const QUARTER = 900;
const hasCron = (index: number): boolean => index % 20 !== 0 && index % 2 === 1;
const cronCount = connections.filter((_, index) => hasCron(index)).length;
const firesInDay = (23 * 3600) / QUARTER;
const othersEach = Math.ceil((jobCount - cronCount * firesInDay) / (connectionCount - cronCount));
const firstQuarter = Math.floor(now / QUARTER) * QUARTER - firesInDay * QUARTER;
const jobs: FakeJob[] = [];
for (const [index, { connectionId }] of connections.entries()) {
  const each = Math.min(hasCron(index) ? firesInDay : othersEach, jobCount - jobs.length);
  for (let round = 0; round < each; round += 1) {
    const createdAt = hasCron(index)
      ? firstQuarter + round * QUARTER + (index % 15) * 60 + (index % 60)
      : now - Math.floor(((each - round) * (24 * 3600 - 3600)) / each);
    // One in a thousand fails; the last ones run, so that nothing falls due while the bench goes on.
    const status = round === each - 1 ? 'running' : jobs.length % 1000 === 7 ? 'failed' : 'succeeded';
    jobs.push(fakeJob(jobs.length, { connectionId, createdAt: Math.min(createdAt, now - 90), status }));
  }
}
jobs.sort((a, b) => a.createdAt - b.createdAt);

await using server = await fakeAirbyte({ workspaces: [WORKSPACE], connections, jobs });
console.log(server.url.href);
await new Promise((resolve) => process.stdin.resume().once('end', resolve));
