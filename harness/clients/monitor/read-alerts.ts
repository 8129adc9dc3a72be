import { z } from 'zod';
import type { AlertFacts } from '../../core/airbyte-look.ts';
import { openLine } from './exchange.ts';

const alertsReply = z.object({ alerts: z.array(z.object({ body: z.unknown() })) });
const alertBody = z.object({
  text: z.string().nullish(),
  data: z.object({ jobId: z.union([z.int(), z.string()]).nullish(), success: z.boolean().nullish() }).nullish(),
});

/** What the project's alert sink has received of jobs that failed (`GET /alerts`). */
export async function readAlerts(sink: URL, timeoutMs: number, signal: AbortSignal): Promise<AlertFacts> {
  const line = openLine(sink, 1);
  try {
    const url = new URL('alerts?after=0&waitMs=0', sink.href.endsWith('/') ? sink : `${sink.href}/`);
    const answer = await line.send({ method: 'GET', url, headers: {}, timeoutMs, signal });
    if (answer.kind === 'silent') return { kind: 'unknown', detail: `the alert sink: ${answer.detail}` };
    const parsed = alertsReply.safeParse(answer.body);
    if (answer.status !== 200 || !parsed.success) {
      return { kind: 'unknown', detail: `the alert sink answered ${answer.status}, which is not understood` };
    }
    const jobIds = new Set<number>();
    const withoutJob: string[] = [];
    for (const { body } of parsed.data.alerts) {
      const alert = alertBody.safeParse(body);
      const text = alert.success ? alert.data.text : undefined;
      const data = alert.success ? alert.data.data : undefined;
      const jobId = Number(data?.jobId ?? Number.NaN);
      if (!Number.isInteger(jobId)) withoutJob.push(text ?? '');
      else if (data?.success !== true) jobIds.add(jobId);
    }
    return { kind: 'read', jobIds, withoutJob };
  } finally {
    line.close();
  }
}
