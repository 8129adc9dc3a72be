import { z } from 'zod';
import { unseen, type Seen, type TestAlertSeen } from '../../core/audit-observations.ts';
import { describeError } from '../../core/errors.ts';
import type { Endpoint } from '../../core/platform.ts';
import { receiveAlerts, type ReceivedAlert } from '../alert-sink.ts';
import type { CallAirbyte } from './notifications.ts';

/** An alert that is not there by then is not one that helps anybody, in milliseconds. */
export const ARRIVES_WITHIN_MS = 60_000;

const tried = z.object({ status: z.enum(['succeeded', 'failed']), message: z.string().nullish() });
const HOW = 'Airbyte was asked to try its webhook (POST /notifications/try_webhook)';

export interface TryOptions {
  /** A secret: it is sent to Airbyte, and shown to nobody. */
  readonly webhook: string;
  /** Where what was received can be read; undefined where nobody can look. */
  readonly sink: Endpoint | undefined;
  readonly signal: AbortSignal;
}

/** Lets Airbyte itself send its test notification to a webhook that it is configured with, and looks for it where it should arrive. */
export async function tryWebhook(
  call: CallAirbyte,
  { webhook, sink, signal }: TryOptions,
): Promise<Seen<TestAlertSeen>> {
  let before = 0;
  try {
    if (sink !== undefined) before = await lastAlert(sink, signal);
  } catch (error) {
    return unseen(`Where alerts are received cannot be read: ${describeError(error)}`);
  }
  const startedAt = performance.now();
  const waitedMs = (): number => performance.now() - startedAt;
  const body = { notificationTrigger: 'sync_failure', slackConfiguration: { webhook } };
  try {
    const { status, message } = await call('/notifications/try_webhook', body, tried);
    if (status === 'failed') {
      const detail = `its receiver did not take it (${hide(message ?? 'no reason is given', webhook)}).`;
      return { is: 'seen', value: { how: HOW, outcome: 'receiver-down', waitedMs: waitedMs(), detail } };
    }
  } catch (error) {
    return unseen(
      `Airbyte did not send a test notification: ${hide(describeError(error), webhook)}`,
      'Send one from Settings → Notifications (Test), and look for it yourself.',
    );
  }
  const took = { how: HOW, detail: 'its receiver took it.' };
  if (sink === undefined)
    return { is: 'seen', value: { ...took, outcome: 'accepted-unseen', waitedMs: waitedMs(), detail: took.detail } };
  const arrived = await awaitAlert(sink, before, isTest, signal);
  return { is: 'seen', value: { ...took, outcome: arrived ? 'arrived' : 'not-arrived', waitedMs: waitedMs() } };
}

/** An alert of a job names it; the test of a webhook does not (facts: airbyte.md §4). */
function isTest({ jobId, text }: ReceivedAlert): boolean {
  return jobId === undefined && /\btest\b/i.test(text);
}

/** The number of the newest alert that was received. @throws ChaosError `client`. */
export async function lastAlert(sink: Endpoint, signal: AbortSignal): Promise<number> {
  return Math.max(0, ...(await receiveAlerts(sink, 0, 0, signal)).map(({ id }) => id));
}

/** True as soon as an alert after `before` is the one; false when none was within {@link ARRIVES_WITHIN_MS}, or the sink no longer answers. */
export async function awaitAlert(
  sink: Endpoint,
  before: number,
  isTheOne: (alert: ReceivedAlert) => boolean,
  signal: AbortSignal,
): Promise<boolean> {
  const giveUpAt = performance.now() + ARRIVES_WITHIN_MS;
  let after = before;
  for (let left = ARRIVES_WITHIN_MS; left > 0; left = giveUpAt - performance.now()) {
    const alerts = await receiveAlerts(sink, after, Math.min(5000, Math.ceil(left)), signal).catch(() => undefined);
    signal.throwIfAborted();
    if (alerts === undefined) return false;
    if (alerts.some(isTheOne)) return true;
    after = Math.max(after, ...alerts.map(({ id }) => id));
  }
  return false;
}

function hide(text: string, secret: string): string {
  return text.replaceAll(secret, '…');
}
