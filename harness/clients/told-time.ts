import { openLine } from './monitor/exchange.ts';

/** What time a server told, and between which moments of this machine's clock it did; all in milliseconds since 1970. */
export interface ToldTime {
  /** Of whole seconds: it was that, or up to a second later. */
  readonly told: number;
  readonly askedAt: number;
  readonly answeredAt: number;
}

/**
 * Asks a server over a connection of its own, so that of several instances another may answer each time. Any answer tells the time, also a refusal: no credentials are sent.
 * Undefined where nothing is answered, or without a Date.
 */
export async function askTime(url: URL, timeoutMs: number, signal: AbortSignal): Promise<ToldTime | undefined> {
  const line = openLine(url, 1);
  try {
    const askedAt = Date.now();
    const answer = await line.send({ method: 'GET', url, headers: { connection: 'close' }, timeoutMs, signal });
    const answeredAt = Date.now();
    return answer.kind === 'silent' || answer.date === undefined
      ? undefined
      : { told: answer.date, askedAt, answeredAt };
  } finally {
    line.close();
  }
}
