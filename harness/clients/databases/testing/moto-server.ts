/**
 * moto, a server of the AWS API that nobody here wrote, as a child process of the test. It ends with `stop`, by its own id,
 * or by itself when the test's process is gone and its standard input with it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';

const LOCAL_MAIN = fileURLToPath(new URL('../../../../fixtures/local/main.ts', import.meta.url));
const installedLine = z.object({
  type: z.literal('installed'),
  tools: z.object({ python: z.string(), modules: z.string() }),
});
const SERVE = [
  'import os, sys, threading',
  'threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()',
  'from moto.server import main',
  'main(["-p", "0"])',
].join('\n');

export interface Moto {
  readonly url: string;
  /**
   * A new IAM user who may make these calls and no other; from now on moto checks signatures and policies.
   * Without an argument it checks nothing again.
   */
  allowOnly(actions?: readonly string[]): Promise<{ readonly accessKeyId: string; readonly secretAccessKey: string }>;
  stop(): Promise<void>;
}

export async function startMoto(): Promise<Moto> {
  const { stdout } = await execa(process.execPath, [LOCAL_MAIN, 'install', '--test-tool']);
  const { tools } = installedLine.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  const child = spawn(tools.python, ['-c', SERVE], {
    env: { PATH: process.env['PATH'], PYTHONPATH: tools.modules },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  const lines: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line);
      const running = /Running on (http:\/\/\S+)/.exec(line)?.[1];
      if (running !== undefined) resolve(running);
    });
    void ended.then(() => reject(new Error(`moto ended before it served: ${lines.join(' | ')}`)));
  });
  return {
    url,
    async allowOnly(actions) {
      await post(`${url}/moto-api/reset-auth`, 'inf');
      if (actions === undefined) return { accessKeyId: '', secretAccessKey: '' };
      const user = `user-${actions.length}-${Date.now()}`;
      await iam(url, { Action: 'CreateUser', UserName: user });
      const key = await iam(url, { Action: 'CreateAccessKey', UserName: user });
      const PolicyDocument = JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
      });
      await iam(url, { Action: 'PutUserPolicy', UserName: user, PolicyName: 'only', PolicyDocument });
      await post(`${url}/moto-api/reset-auth`, '0');
      return {
        accessKeyId: /<AccessKeyId>(.*?)</.exec(key)?.[1] ?? '',
        secretAccessKey: /<SecretAccessKey>(.*?)</.exec(key)?.[1] ?? '',
      };
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function iam(url: string, parameters: Readonly<Record<string, string>>): Promise<string> {
  const body = new URLSearchParams({ Version: '2010-05-08', ...parameters }).toString();
  const authorization =
    'AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0';
  return post(url, body, { authorization, 'content-type': 'application/x-www-form-urlencoded' });
}

async function post(url: string, body: string, headers: Record<string, string> = { 'content-type': 'text/plain' }) {
  const response = await fetch(url, { method: 'POST', body, headers });
  const text = await response.text();
  if (!response.ok) throw new Error(`moto answered ${response.status}: ${text.slice(0, 500)}`);
  return text;
}
