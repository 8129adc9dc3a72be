import { z } from 'zod';
import { ChaosError, describeError } from '../core/errors.ts';
import type { Endpoint } from '../core/platform.ts';

const alertBody = z.object({
  text: z.string().optional(),
  data: z
    .object({
      jobId: z.union([z.int(), z.string()]).optional(),
      connection: z.object({ id: z.string().optional() }).optional(),
      success: z.boolean().optional(),
    })
    .optional(),
});
const alertsReply = z.object({
  alerts: z.array(z.object({ id: z.int(), body: z.unknown(), repeats: z.int().default(0) })),
});

/** One webhook call as the sink received it. */
export interface ReceivedAlert {
  readonly id: number;
  readonly text: string;
  readonly jobId?: string;
  readonly connectionId?: string;
  readonly success?: boolean;
  /** How often it was delivered again under the same idempotency key. */
  readonly repeats: number;
}

/**
 * Alerts after `after`, waiting up to `waitMs` for the first (long poll).
 * @throws ChaosError `client` when the sink does not answer.
 */
export async function receiveAlerts(
  sink: Endpoint,
  after: number,
  waitMs: number,
  signal: AbortSignal,
): Promise<readonly ReceivedAlert[]> {
  const url = `http://${sink.host}:${sink.port}/alerts?after=${after}&waitMs=${waitMs}`;
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(waitMs + 5000)]) });
    const { alerts } = alertsReply.parse(await response.json());
    return alerts.map(({ id, body, repeats }) => ({ ...describeAlert(id, body), repeats }));
  } catch (error) {
    throw new ChaosError({
      code: 'client',
      message: `The alert sink did not answer: ${describeError(error)}.`,
      cause: error,
    });
  }
}

function describeAlert(id: number, body: unknown): Omit<ReceivedAlert, 'repeats'> {
  const parsed = alertBody.safeParse(body);
  if (!parsed.success) return { id, text: JSON.stringify(body).slice(0, 200) };
  const { text = '', data } = parsed.data;
  return {
    id,
    text: text.slice(0, 200),
    ...(data?.jobId === undefined ? {} : { jobId: String(data.jobId) }),
    ...(data?.connection?.id === undefined ? {} : { connectionId: data.connection.id }),
    ...(data?.success === undefined ? {} : { success: data.success }),
  };
}
