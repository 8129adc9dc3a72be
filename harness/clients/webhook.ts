import { ChaosError } from '../core/errors.ts';

/** A call of a webhook. */
export interface WebhookCall {
  /** Often a secret: it is in no error. */
  readonly url: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly timeoutMs: number;
}

/**
 * Posts JSON and says how it was answered.
 * @throws ChaosError `client` when there is no answer in time, or one that is no success. The address is never repeated.
 */
export async function callWebhook({ url, body, timeoutMs }: WebhookCall): Promise<string> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new ChaosError({ code: 'client', message: 'What is there is no http address.' });
  }
  const startedAt = performance.now();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((cause: unknown) => {
    const afterMs = performance.now() - startedAt;
    throw new ChaosError({ code: 'client', message: `It did not answer: ${reasonOf(cause)}.`, afterMs });
  });
  // The body is not needed, and an answer that never ends must not hold anything up.
  await response.body?.cancel();
  if (!response.ok) throw new ChaosError({ code: 'client', message: `It answered with ${response.status}.` });
  return `answered with ${response.status}`;
}

/** The code of a failed connection; the text of such an error may hold the address. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'an error';
  if (error.name === 'TimeoutError') return 'no answer in time';
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'an error of the connection';
}
