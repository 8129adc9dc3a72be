import { z } from 'zod';
import { ChaosError, describeError } from '../core/errors.ts';
import type { Endpoint } from '../core/platform.ts';

const configuration = z.record(z.string(), z.unknown());

/**
 * What Airbyte's `source-declarative-manifest` must be told to read a table of the source system over HTTP: the system says it itself.
 * @throws ChaosError `client` when it does not answer.
 */
export async function askForConnector(
  { host, port }: Endpoint,
  table: string,
  asked: { readonly recordsPerSecond: number; readonly checkpointEvery: number },
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const query = new URLSearchParams(
    Object.entries(asked).map(([name, value]): [string, string] => [name, String(value)]),
  );
  try {
    const url = `http://${host}:${port}/tables/${encodeURIComponent(table)}/connector?${query.toString()}`;
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]) });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    return configuration.parse(await response.json());
  } catch (error) {
    throw new ChaosError({
      code: 'client',
      message: `The API of the source system did not say how it is read: ${describeError(error)}.`,
      cause: error,
    });
  }
}
