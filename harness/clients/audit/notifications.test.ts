import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { z } from 'zod';
import type { TestAlertSeen } from '../../core/audit-observations.ts';
import { workspaceReply } from '../monitor/monitor-replies.ts';
import { failureWebhooks, type CallAirbyte } from './notifications.ts';
import { tryWebhook } from './try-webhook.ts';

/* How it could lie: take a webhook for successes for one for failures; show the webhook, which is a secret; take any alert for the test alert. */

const answering =
  (answers: Readonly<Record<string, unknown>>): CallAirbyte =>
  async <S extends z.ZodType>(path: string, _body: unknown, schema: S) =>
    Promise.resolve(schema.parse(answers[path]));
const SECRET = 'https://hooks.example/T0/canary';
const slack = (webhook: string) => ({ notificationType: ['slack'], slackConfiguration: { webhook } });

test.each([
  ['for failures', { notificationSettings: { sendOnFailure: slack(SECRET) } }, 'hooks.example'],
  ['for successes alone', { notificationSettings: { sendOnSuccess: slack(SECRET) } }, undefined],
  [
    'that is switched off',
    { notificationSettings: { sendOnFailure: { notificationType: [], slackConfiguration: { webhook: SECRET } } } },
    undefined,
  ],
  ['that is empty', { notificationSettings: { sendOnFailure: slack('') } }, undefined],
  [
    'of before 0.50',
    {
      notifications: [{ notificationType: 'slack', sendOnFailure: true, slackConfiguration: { webhook: SECRET } }],
    },
    'hooks.example',
  ],
  [
    'of before 0.50 that newer settings replace',
    {
      notificationSettings: { sendOnFailure: { notificationType: [] } },
      notifications: [{ notificationType: 'slack', sendOnFailure: true, slackConfiguration: { webhook: SECRET } }],
    },
    undefined,
  ],
  ['by e-mail alone', { notificationSettings: { sendOnFailure: { notificationType: ['customerio'] } } }, 'mail'],
  ['of nobody', { notificationSettings: null, notifications: null }, undefined],
])('a webhook %s', (_what, settings, host) => {
  const [found] = failureWebhooks([workspaceReply.parse({ workspaceId: 'w', name: 'A', ...settings })]);
  expect(found?.seen).toEqual({ workspace: 'A', failuresGoTo: host });
});

let sink: Server | undefined;
afterEach(() => sink?.close());

/** A sink that has these alerts from the second look on. */
async function sinkOf(...later: readonly unknown[]): Promise<{ readonly host: string; readonly port: number }> {
  let looks = 0;
  sink = createServer((_request, response) => {
    looks += 1;
    const alerts = looks === 1 ? [] : later.map((body, nth) => ({ id: nth + 1, body }));
    response.end(JSON.stringify({ alerts }));
  });
  await new Promise<void>((resolve) => sink?.listen(0, '127.0.0.1', resolve));
  const address = sink.address();
  return { host: '127.0.0.1', port: isAddress(address) ? address.port : 0 };
}

function isAddress(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

const OK = answering({ '/notifications/try_webhook': { status: 'succeeded', message: 'sent' } });
const signal = AbortSignal.timeout(30_000);

async function outcomeOf(
  call: CallAirbyte,
  at: Parameters<typeof tryWebhook>[1]['sink'],
): Promise<TestAlertSeen['outcome']> {
  const tried = await tryWebhook(call, { webhook: SECRET, sink: at, signal });
  expect(JSON.stringify(tried)).not.toContain('canary');
  if (tried.is !== 'seen') throw new Error(tried.because);
  return tried.value.outcome;
}

test('a test alert that the sink has received has arrived; that of a job beside it is not it', async () => {
  const at = await sinkOf({ text: 'A test of a job', data: { jobId: 3 } }, { text: 'This is a test of a webhook.' });
  expect(await outcomeOf(OK, at)).toBe('arrived');
});

test('one that nobody could look for is accepted and no more', async () => {
  expect(await outcomeOf(OK, undefined)).toBe('accepted-unseen');
});

test('one that the receiver did not take is not repeated with its address', async () => {
  const failing = answering({ '/notifications/try_webhook': { status: 'failed', message: `no answer of ${SECRET}` } });
  expect(await outcomeOf(failing, undefined)).toBe('receiver-down');
});

test('an Airbyte that has no such call cannot be told', async () => {
  const old: CallAirbyte = async () => Promise.reject(new Error('answered 404'));
  expect(await tryWebhook(old, { webhook: SECRET, sink: undefined, signal })).toMatchObject({ is: 'unknown' });
});
