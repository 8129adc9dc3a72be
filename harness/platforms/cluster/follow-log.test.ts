import { KubeConfig } from '@kubernetes/client-node';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { describeAnswer } from '../kind/api-answers.ts';
import { logFollower, type FollowLog } from './follow-log.ts';
import { listenOnLoopback } from './testing/recording-server.ts';

/* How it could lie: give what broke off as the whole log, or a refusal as an empty one. */

let server: Server;
let asked: string[] = [];
let answer: (response: ServerResponse) => void = () => undefined;
let follow: FollowLog;
const giveUp = new AbortController();

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    answer(response);
  });
  const url = await listenOnLoopback(server);
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: 'here', server: url, skipTLSVerify: true }, { name: 'x', token: 'canary' });
  follow = await logFollower(config, 'airbyte', giveUp.signal);
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

test('it is followed from the moment that it was opened until its container ends', async () => {
  let write: (text: string) => void = () => undefined;
  let end = (): void => undefined;
  answer = (response) => {
    response.writeHead(200).flushHeaders();
    write = (text) => void response.write(text);
    end = () => void response.end();
  };
  const log = await follow('load-1-x', 'k6');
  write('a');
  write('b\n');
  end();
  expect(await log.text).toBe('ab\n');
  expect(asked).toEqual([
    'GET /api/v1/namespaces/airbyte/pods/load-1-x/log?container=k6&follow=true&tailLines=100 Bearer canary',
  ]);
});

test('a log that breaks off is none', async () => {
  answer = (response) => {
    response.writeHead(200);
    response.write('a', () => response.destroy());
  };
  const log = await follow('load-1-x', 'k6');
  await expect(log.text).rejects.toThrow('aborted');
});

test('of one that is long the end is kept', async () => {
  answer = (response) => {
    response.writeHead(200);
    for (let n = 0; n < 12; n += 1) response.write('x'.repeat(100_000));
    response.end('the end');
  };
  const text = await (await follow('load-1-x', 'k6')).text;
  expect([text.length, text.endsWith('the end')]).toEqual([1_000_000, true]);
});

test('a refusal is told as one', async () => {
  answer = (response) => response.writeHead(403).end('{"kind":"Status","message":"pods \\"x\\" is forbidden"}');
  const refused: unknown = await follow('load-1-x', 'k6').catch((error: unknown) => error);
  expect(describeAnswer(refused)).toBe('403 Forbidden: pods "x" is forbidden');
});
