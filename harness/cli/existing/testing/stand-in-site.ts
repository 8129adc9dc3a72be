/**
 * A site for tests of its loss: `serve FOLDER STATE` answers as Airbyte's API at the port in FOLDER/port (or FOLDER/port.STATE) until it is ended, with the jobs of FOLDER/STATE.json, and
 * writes its id down; `start FOLDER STATE` leaves one running and waits for its first answer; `stop FOLDER` ends the one whose id is written down.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pWaitFor from 'p-wait-for';
import { z } from 'zod';
import { fakeAirbyte, type FakeJob } from '../../../clients/monitor/testing/fake-airbyte.ts';
import { fakeConnection, fakeJob, WORKSPACE } from '../../../clients/monitor/testing/fake-content.ts';

const stateSchema = z.object({
  connections: z.array(z.string()),
  jobs: z.array(z.object({ id: z.int(), connectionId: z.string(), createdAt: z.int(), status: z.string().optional() })),
  /** Connections that have an interval, in minutes; the others are manual. */
  everyMinutes: z.record(z.string(), z.int()).default({}),
  /** Whether anything makes the jobs of those. */
  isScheduling: z.boolean().default(false),
});
const WITHIN_MS = 60_000;

const [verb, folder = '', state = ''] = process.argv.slice(2);
const own = join(folder, `port.${state}`);
const port = Number(readFileSync(existsSync(own) ? own : join(folder, 'port'), 'utf8'));
const pidFile = join(folder, 'pid');

if (verb === 'serve') await serve();
else if (verb === 'start') await start();
else await stop();

async function serve(): Promise<void> {
  const {
    connections,
    jobs: listed,
    everyMinutes,
    isScheduling,
  } = stateSchema.parse(JSON.parse(readFileSync(join(folder, `${state}.json`), 'utf8')));
  const jobs: FakeJob[] = listed.map(({ id, status = 'succeeded', ...shape }) => fakeJob(id, { ...shape, status }));
  const startSync = (connectionId: string): FakeJob => {
    const id = Math.max(0, ...jobs.map((job) => job.id)) + 1;
    const createdAt = Math.floor(Date.now() / 1000);
    const job = fakeJob(id, { connectionId, createdAt, updatedAt: createdAt, status: 'succeeded' });
    jobs.push(job);
    return job;
  };
  await fakeAirbyte({
    port,
    jobs,
    workspaces: [WORKSPACE],
    connections: connections.map((id) => {
      const units = everyMinutes[id];
      return fakeConnection(
        id,
        units === undefined
          ? { scheduleType: 'manual', scheduleData: null }
          : { scheduleType: 'basic', scheduleData: { basicSchedule: { timeUnit: 'minutes', units } } },
      );
    }),
    startSync,
  });
  if (isScheduling) setInterval(() => schedule(jobs, everyMinutes, startSync), 500);
  writeFileSync(pidFile, String(process.pid));
}

function schedule(
  jobs: readonly FakeJob[],
  everyMinutes: Readonly<Record<string, number>>,
  startSync: (connectionId: string) => unknown,
): void {
  for (const [id, minutes] of Object.entries(everyMinutes)) {
    const last = jobs.findLast(({ connectionId }) => connectionId === id)?.createdAt ?? 0;
    if (last + minutes * 60 <= Date.now() / 1000) startSync(id);
  }
}

async function start(): Promise<void> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), 'serve', folder, state], {
    detached: true,
    stdio: 'ignore',
  });
  child.unref();
  await pWaitFor(() => existsSync(pidFile), { interval: 20, timeout: WITHIN_MS });
}

async function stop(): Promise<void> {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  rmSync(pidFile);
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was gone.
  }
}
