import type { z } from 'zod';
import { ChaosError, describeError } from '../../core/errors.ts';
import { whyRefused, type ApiCredentials } from './api-credentials.ts';
import { openLine, type Exchange } from './exchange.ts';
import { identityOf } from './identity.ts';

/** What a call came to: the parsed answer, or why there is none, in words that hold no secret. */
export type Called<T> =
  | { readonly ok: true; readonly value: T; readonly ms: number; readonly date: number | undefined }
  | {
      readonly ok: false;
      readonly detail: string;
      /** Undefined when there was no answer. */
      readonly status: number | undefined;
      readonly ms: number;
      readonly date: number | undefined;
    };

/** What was answered. @throws ChaosError `client` where that is no answer. */
export function valueOf<T>(called: Called<T>): T {
  if (called.ok) return called.value;
  throw new ChaosError({ code: 'client', message: `${called.detail}.` });
}

export interface MonitorApi {
  post<S extends z.ZodType>(path: string, body: unknown, schema: S, options?: PostOptions): Promise<Called<z.infer<S>>>;
  get<S extends z.ZodType>(path: string, schema: S, options?: GetOptions): Promise<Called<z.infer<S>>>;
  /** Without credentials, path and query. */
  readonly shownUrl: string;
  /** Requests so far. */
  requests(): number;
  close(): void;
}

export interface GetOptions {
  readonly timeoutMs?: number;
  /** For what needs no token, such as health: it must not wait for one. */
  readonly isOpen?: boolean;
  /** Of the public API of the same server (`/api/public/v1`), not of the config API. */
  readonly isPublic?: boolean;
}

export interface PostOptions {
  readonly timeoutMs?: number;
  /** It makes something: never sent twice. */
  readonly isOnce?: boolean;
}

export interface MonitorApiOptions {
  /** `http://host:port/api/v1` */
  readonly url: URL;
  readonly credentials: ApiCredentials;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** In milliseconds; does not go back. */
  readonly now?: () => number;
}

/** At once: enough to keep one server process busy, and too few to be a load to it. */
export const CONNECTIONS = 3;
/** From `/api/v1` to `/api/public/v1`. */
const TO_PUBLIC = '/../public/v1';

/** Calls of the config API for the monitor: each failure is an answer, none is thrown. */
export function monitorApi({
  url,
  credentials,
  timeoutMs,
  signal,
  now = () => performance.now(),
}: MonitorApiOptions): MonitorApi {
  const line = openLine(url, CONNECTIONS);
  let requests = 0;
  const base = url.pathname.replace(/\/+$/, '');
  const send = (
    method: 'GET' | 'POST',
    path: string,
    body: unknown,
    authorization: string | undefined,
    { timeoutMs: limitMs = timeoutMs, isOnce = false }: PostOptions = {},
  ): Promise<Exchange> => {
    requests += 1;
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    const target = new URL(`${base}${path}`, url);
    return line.send({ method, url: target, headers, body, timeoutMs: limitMs, signal, isOnce });
  };
  const identity = identityOf(credentials, (body) => send('POST', '/applications/token', body, undefined), now);
  const how: Understanding = { given: credentials.kind, mask: (text) => identity.mask(text) };

  async function sendWithCredentials(
    method: 'GET' | 'POST',
    path: string,
    body: unknown,
    options: PostOptions,
  ): Promise<Exchange> {
    const authorization = await identity.current();
    const first = await send(method, path, body, authorization, options);
    if (first.kind === 'silent' || first.status !== 401) return first;
    const renewed = await identity.renewed(authorization);
    return renewed === undefined ? first : send(method, path, body, renewed, options);
  }

  async function call<S extends z.ZodType>(
    name: string,
    schema: S,
    exchange: () => Promise<Exchange>,
  ): Promise<Called<z.infer<S>>> {
    const startedAt = performance.now();
    try {
      return understand(name, schema, await exchange(), how);
    } catch (error) {
      const detail = identity.mask(describeError(error));
      return { ok: false, detail, status: undefined, ms: performance.now() - startedAt, date: undefined };
    }
  }

  return {
    shownUrl: `${url.origin}${base}`,
    requests: () => requests,
    close: () => line.close(),
    post: (path, body, schema, options = {}) =>
      call(`POST ${path}`, schema, () => sendWithCredentials('POST', path, body, options)),
    get: (path, schema, { isOpen = false, isPublic = false, ...options } = {}) => {
      const target = isPublic ? `${TO_PUBLIC}${path}` : path;
      const [name = path] = path.split('?');
      return call(`GET ${isPublic ? '/public/v1' : ''}${name}`, schema, () =>
        isOpen
          ? send('GET', target, undefined, identity.open, options)
          : sendWithCredentials('GET', target, undefined, options),
      );
    },
  };
}

interface Understanding {
  readonly given: ApiCredentials['kind'];
  readonly mask: (text: string) => string;
}

function understand<S extends z.ZodType>(
  name: string,
  schema: S,
  exchange: Exchange,
  { given, mask }: Understanding,
): Called<z.infer<S>> {
  const { ms } = exchange;
  if (exchange.kind === 'silent') {
    return { ok: false, detail: mask(`${name}: ${exchange.detail}`), status: undefined, ms, date: undefined };
  }
  const { status, body, date, wantsBasic } = exchange;
  const failed = (detail: string): Called<z.infer<S>> => ({
    ok: false,
    detail: mask(`${name} ${detail}`),
    status,
    ms,
    date,
  });
  if (status < 200 || status > 299) return failed(`answered ${status}${whyRefused(status, wantsBasic, given)}`);
  if (body === undefined) return failed('answered something that is not JSON: is this the address of the API?');
  const parsed = schema.safeParse(body);
  if (parsed.success) return { ok: true, value: parsed.data, ms, date };
  const [issue] = parsed.error.issues;
  return failed(`answered in a shape that is not understood (at ${issue?.path.join('.') || 'the top'})`);
}
