import type { KubeConfig } from '@kubernetes/client-node';
import { get as getPlain, type ClientRequest, type IncomingMessage } from 'node:http';
import { get as getSecure, type RequestOptions } from 'node:https';
import { ChaosError } from '../../core/errors.ts';

const OK = 200;

/** An answer other than 200, in the form in which the library's own errors are understood (`api-answers.ts`). */
export class RefusedRequest extends Error {
  readonly code: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor({ statusCode = 0, headers }: IncomingMessage, body: string) {
    super(`The API server answered ${statusCode}.`);
    this.code = statusCode;
    this.body = body;
    const wait = headers['retry-after'];
    this.headers = wait === undefined ? {} : { 'retry-after': wait };
  }
}

/** Asks with GET, and with nothing else. */
export type ReadJson = (path: string) => Promise<unknown>;

/**
 * Reads from the API server of a kubeconfig's current context, with its credentials, and gives what was answered as it is. The library makes an object of
 * each field of each answer: among 5,000 pods that took 530 MB (measured 2026-11-28).
 * @param silentMs after so long without a byte a request is given up
 * @throws ChaosError `config` for credentials that cannot be used.
 */
export async function jsonReader(config: KubeConfig, silentMs: number): Promise<ReadJson> {
  const options = await readOptions(config);
  const server = serverOf(config);
  return (path) => readJson(new URL(`${server}${path}`), options, silentMs);
}

/** With its credentials. @throws ChaosError `config` for credentials that cannot be used. */
export async function readOptions(config: KubeConfig): Promise<RequestOptions> {
  // The credentials are added to these.
  const options: RequestOptions = { headers: { accept: 'application/json' } };
  try {
    await config.applyToHTTPSOptions(options);
    return options;
  } catch (cause) {
    // What a program that gives credentials has said is not repeated.
    throw new ChaosError({
      code: 'config',
      message: `The credentials of context ${config.getCurrentContext()} cannot be used.`,
      tryThis: `kubectl --context ${config.getCurrentContext()} get --raw /readyz says why.`,
      cause,
    });
  }
}

/** Without a slash at its end. */
export function serverOf(config: KubeConfig): string {
  return (config.getCurrentCluster()?.server ?? '').replace(/\/$/, '');
}

/** Opens a GET, and nothing else. */
export function openGet(url: URL, options: RequestOptions, take: (response: IncomingMessage) => void): ClientRequest {
  return url.protocol === 'http:' ? getPlain(url, { headers: options.headers }, take) : getSecure(url, options, take);
}

function readJson(url: URL, options: RequestOptions, silentMs: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    // As `fetch` has it: why there is no connection is the cause.
    const fail = (cause: unknown): void => reject(new TypeError('no connection', { cause }));
    const take = (response: IncomingMessage): void => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', fail);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode !== OK) return reject(new RefusedRequest(response, text));
        try {
          return resolve(JSON.parse(text));
        } catch {
          return reject(new Error('the answer is no JSON'));
        }
      });
    };
    const request = openGet(url, options, take);
    request.on('error', fail);
    request.setTimeout(silentMs, () => request.destroy(Object.assign(new Error('silence'), { code: 'ETIMEDOUT' })));
  });
}
