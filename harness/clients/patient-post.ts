/** What a request was answered with. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

export interface PatientPost {
  readonly url: string;
  readonly body: unknown;
  /** For all of it, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * A POST whose first byte may come after many minutes, as that of a backup or a restore does: `fetch` gives up after five. Any status is an
 * answer.
 * @throws Error when there is no answer in time.
 */
export async function postPatiently({ url, body, timeoutMs, signal }: PatientPost): Promise<Answer> {
  const { default: axios } = await import('axios');
  const { status, data } = await axios.post<string>(url, body, {
    timeout: timeoutMs,
    signal,
    responseType: 'text',
    transformResponse: (text: string) => text, // axios would parse what looks like JSON
    validateStatus: () => true,
    headers: { 'content-type': 'application/json' },
    proxy: false, // what is asked here is on this machine or in a cluster
  });
  return { status, text: data };
}
