import { openLine } from './exchange.ts';

/** Whether what stands at an API asks for HTTP Basic, even for its health; false too where nobody answers in time. Sends no credentials. */
export async function asksForBasicAt(url: URL, timeoutMs: number): Promise<boolean> {
  const line = openLine(url, 1);
  try {
    const health = new URL(`${url.pathname.replace(/\/+$/, '')}/health`, url);
    const signal = new AbortController().signal;
    const answer = await line.send({ method: 'GET', url: health, headers: {}, timeoutMs, signal });
    return answer.kind === 'answer' && answer.status === 401 && answer.wantsBasic;
  } finally {
    line.close();
  }
}
