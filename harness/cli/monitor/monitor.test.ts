import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import pWaitFor from 'p-wait-for';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeAirbyte, type FakeAirbyteOptions } from '../../clients/monitor/testing/fake-airbyte.ts';
import { fakeConnection, fakeJob, WORKSPACE } from '../../clients/monitor/testing/fake-content.ts';
import { monitorReportSchema } from '../../monitor/report-schema.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const NOW = Math.floor(Date.now() / 1000);
const CLIENT = { id: 'id-canary', secret: 'secret-canary' };
const SECRETS = ['id-canary', 'secret-canary', 'token-canary', 'webhook-canary'];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaos-monitor-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function start(args: readonly string[], env: Record<string, string> = {}) {
  return execa(process.execPath, [MAIN, 'monitor', ...args], { reject: false, env: { ...env, INIT_CWD: folder } });
}

const manual = { scheduleType: 'manual', scheduleData: null };
const WELL = {
  workspaces: [WORKSPACE],
  connections: [fakeConnection('c1', manual)],
  jobs: [fakeJob(1, { createdAt: NOW - 3600 })],
} satisfies FakeAirbyteOptions;
const FAILED = { ...WELL, jobs: [fakeJob(7, { createdAt: NOW - 3600, status: 'failed' })] };

describe('the exit code and what is printed', () => {
  test.each([
    ['nothing wrong', WELL, 0, '✓ Nothing wrong was found.'],
    ['a failed job', FAILED, 1, 'the source went away'],
    ['no database', { ...WELL, isAvailable: false }, 1, 'API: unhealthy'],
    [
      'not everything read',
      { ...WELL, trouble: (path: string) => (path === '/jobs/list' ? 403 : undefined) },
      2,
      'Not read: ',
    ],
  ] as const)('%s', async (_what, content, expected, said) => {
    await using server = await fakeAirbyte(content);
    const { exitCode, stdout } = await start(['--url', server.url.href]);
    expect(stdout).toContain(said);
    expect(stdout).toContain('Connection c1');
    expect(exitCode).toBe(expected);
  });

  test('--json fits the published shape', async () => {
    await using server = await fakeAirbyte(FAILED);
    const { stdout, exitCode } = await start(['--url', server.url.href, '--json']);
    const report = monitorReportSchema.parse(JSON.parse(stdout));
    expect(report).toMatchObject({ verdict: 'problems', failedJobs: [{ jobId: 7, bytesSynced: 4096 }] });
    expect(exitCode).toBe(1);
  });
});

describe('a mistake on the command line is told with exit code 64, and no secret is repeated', () => {
  test.each([
    ['no address', [], /Required option '--url/],
    ['an address that is none', ['--url', 'localhost:8001'], /--url is no address/],
    ['credentials in the address', ['--url', 'http://u:secret-canary@h/api/v1'], /--url has credentials/],
    ['a token written out', ['--url', 'http://h', '--token-from', 'token-canary'], /env:NAME or file:PATH/],
    ['half a client', ['--url', 'http://h', '--client-id-from', 'env:A'], /go together/],
    ['both', ['--url', 'http://h', '--token-from', 'env:A', '--client-id-from', 'env:A'], /exclude each other/],
    ['half of HTTP Basic', ['--url', 'http://h', '--password-from', 'env:A'], /--username-from and --password-from go/],
    [
      'HTTP Basic and a client',
      ['--url', 'http://h', '--username-from', 'env:A', '--client-id-from', 'env:A'],
      /--client-id-from and --client-secret-from and --username-from and --password-from exclude each other/,
    ],
    [
      'a username with a colon',
      ['--url', 'http://h', '--username-from', 'env:COLON', '--password-from', 'env:COLON'],
      /--username-from: What is there has a colon/,
    ],
    ['a variable that is not set', ['--url', 'http://h', '--token-from', 'env:NOT_THERE'], /NOT_THERE is not set/],
    [
      'a file that is not there',
      ['--url', 'http://h', '--token-from', 'file:nothing'],
      /nothing cannot be read \(ENOENT\)/,
    ],
    ['hours that are none', ['--url', 'http://h', '--hours', 'many'], /--hours many: a number above 0/],
    ['a port that is none', ['--url', 'http://h', '--prometheus', '99999'], /a port, or HOST:PORT/],
    ['a duration that is none', ['--url', 'http://h', '--hung-after', 'long'], /"long" is not a duration/],
  ] as const)('%s', async (_what, args, message) => {
    const { exitCode, stdout, stderr } = await start(args, { COLON: 'a:canary' });
    expect(stderr).toMatch(message);
    expect(`${stdout}${stderr}`).not.toContain('canary');
    expect(exitCode).toBe(64);
  });
});

describe('credentials', () => {
  test('of a client from a file and a variable; no secret is in what is printed', async () => {
    await using server = await fakeAirbyte({ ...FAILED, client: CLIENT });
    const file = join(folder, 'id');
    writeFileSync(file, `${CLIENT.id}\n`);
    chmodSync(file, 0o600);
    const places = ['--client-id-from', 'file:id', '--client-secret-from', 'env:SECRET'];
    const { stdout, stderr, exitCode } = await start(['--url', server.url.href, ...places, '--json'], {
      SECRET: CLIENT.secret,
    });
    expect(exitCode).toBe(1);
    expect(monitorReportSchema.parse(JSON.parse(stdout)).isComplete).toBe(true);
    for (const secret of SECRETS) expect(`${stdout}${stderr}`).not.toContain(secret);
  });

  test('of HTTP Basic, which a proxy asks for even before health; no form of it is in what is printed', async () => {
    const basic = { username: 'user-canary', password: 'pässwort €:canary' };
    await using server = await fakeAirbyte({ ...FAILED, basic });
    const places = ['--username-from', 'env:NAME', '--password-from', 'env:PASSWORD'];
    const env = { NAME: basic.username, PASSWORD: basic.password };
    const { stdout, stderr, exitCode } = await start(['--url', server.url.href, ...places, '--json'], env);
    expect(exitCode).toBe(1);
    expect(monitorReportSchema.parse(JSON.parse(stdout))).toMatchObject({ isComplete: true });
    const pair = Buffer.from(`${basic.username}:${basic.password}`).toString('base64');
    for (const secret of ['canary', pair]) expect(`${stdout}${stderr}`).not.toContain(secret);
    const wrong = await start(['--url', server.url.href, ...places], { ...env, PASSWORD: 'wrong' });
    expect(wrong.stdout).toContain('it asks for HTTP Basic, and refuses this username and password');
    const none = await start(['--url', server.url.href, '--token-from', 'env:NAME'], { NAME: 'x' });
    expect(none.stdout).toContain('it asks for HTTP Basic, and a token was given: name username and password');
    expect(none.exitCode).not.toBe(0);
  });

  test('that are refused make it unknown, not fine', async () => {
    await using server = await fakeAirbyte({ ...WELL, client: CLIENT });
    const { stdout, exitCode } = await start(['--url', server.url.href, '--token-from', 'env:T'], {
      T: 'wrong-canary',
    });
    expect(stdout).toContain('it wants credentials, or others');
    expect(stdout).not.toContain('canary');
    expect(exitCode).toBe(2);
  });
});

describe('watching', () => {
  test('prints a line for each look and for what came, and ends with SIGINT and the verdict of the last look', async () => {
    await using server = await fakeAirbyte(FAILED);
    const run = start(['--url', server.url.href, '--watch', '0.2']);
    let seen = '';
    run.stdout.on('data', (chunk: Buffer) => (seen += String(chunk)));
    await pWaitFor(() => seen.split('API healthy').length > 3, { timeout: 25_000 });
    run.kill('SIGINT');
    const { exitCode, stdout, stderr } = await run;
    expect(exitCode).toBe(1);
    expect(stdout.split('  + ').length).toBe(2);
    expect(stdout).not.toContain('\u001B');
    expect(stderr).toBe('');
  });

  test('--json prints one report a line', async () => {
    await using server = await fakeAirbyte(WELL);
    const run = start(['--url', server.url.href, '--watch', '0.2', '--json']);
    let seen = '';
    run.stdout.on('data', (chunk: Buffer) => (seen += String(chunk)));
    await pWaitFor(() => seen.split('\n').length > 2, { timeout: 25_000 });
    run.kill('SIGTERM');
    const { stdout, exitCode } = await run;
    for (const line of stdout.trimEnd().split('\n')) monitorReportSchema.parse(JSON.parse(line));
    expect(exitCode).toBe(0);
  });
});

test('--prometheus serves what was collected on its own schedule: scrapes ask Airbyte nothing, and its silence shows', async () => {
  let isSilent = false;
  await using server = await fakeAirbyte({ ...FAILED, client: CLIENT, trouble: () => (isSilent ? 'drop' : undefined) });
  const env = { ID: CLIENT.id, SECRET: CLIENT.secret };
  const places = ['--client-id-from', 'env:ID', '--client-secret-from', 'env:SECRET'];
  const run = start(['--url', server.url.href, ...places, '--prometheus', '0', '--watch', '0.5'], env);
  let seen = '';
  run.stdout.on('data', (chunk: Buffer) => (seen += String(chunk)));
  const address = (): string | undefined => /http:\/\/127\.0\.0\.1:\d+\/metrics/.exec(seen)?.[0];
  await pWaitFor(() => address() !== undefined, { timeout: 25_000 });
  const scrape = async (): Promise<string> => (await fetch(address() ?? '')).text();
  await pWaitFor(async () => (await scrape()).includes('kind="job_failed",severity="critical",verdict="problem"} 1'), {
    timeout: 25_000,
  });
  const before = server.calls.length;
  const scraped = await Promise.all(Array.from({ length: 50 }, scrape));
  expect(server.calls.length - before).toBeLessThan(40);
  for (const secret of SECRETS) expect(scraped.join('')).not.toContain(secret);
  expect((await fetch((address() ?? '').replace('/metrics', '/'))).status).toBe(404);
  isSilent = true;
  await pWaitFor(async () => (await scrape()).includes('api_state{state="unreachable"} 1'), { timeout: 25_000 });
  const silent = await scrape();
  expect(silent).toMatch(/collections_total\{outcome="silent"\} [1-9]/);
  expect(silent).toContain('last_collection_timestamp_seconds');
  expect(silent).not.toContain('kind="job_failed"');
  run.kill('SIGINT');
  expect((await run).exitCode).toBe(0);
});
