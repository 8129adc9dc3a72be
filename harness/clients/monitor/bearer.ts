import { z } from 'zod';
import { ChaosError } from '../../core/errors.ts';
import type { Exchange } from './exchange.ts';

/** How the monitor proves who it is. The values come from where the operator keeps them, and go nowhere but to the server. */
export type ApiCredentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'client'; readonly clientId: string; readonly clientSecret: string };

/** A token to send, got anew where the credentials allow it. */
export interface Bearer {
  /** Undefined when no credentials were given. @throws ChaosError `client` when the server gives no token. */
  current(): Promise<string | undefined>;
  /** After a 401: a token that is newer than `refused`, or undefined when there can be none. @throws as `current`. */
  renewed(refused: string | undefined): Promise<string | undefined>;
  /** `text` without any of the credentials. */
  mask(text: string): string;
}

/** Airbyte's own lifetime of an application's token is 15 min (facts §2.2: TOKEN_EXPIRATION_APPLICATION). */
const DEFAULT_LIFETIME_MS = 15 * 60_000;
/** A token is replaced when this share of its life is over: never in the last moments, whatever the clocks say. */
const USED_SHARE = 0.8;

const tokenReply = z.object({ access_token: z.string().min(1), expires_in: z.number().positive().optional() });
const claims = z.object({ exp: z.number(), iat: z.number() });

interface Issued {
  readonly token: string;
  readonly replaceAt: number;
}

/** `ask` posts the client's id and secret to `/applications/token`; `now` is in milliseconds of any clock that does not go back. */
export function bearer(
  credentials: ApiCredentials,
  ask: (body: unknown) => Promise<Exchange>,
  now: () => number,
): Bearer {
  let issued: Issued | undefined;
  let underWay: Promise<Issued> | undefined;

  async function issue(): Promise<Issued> {
    if (credentials.kind !== 'client') throw new Error('only a client can ask for a token');
    const body = { client_id: credentials.clientId, client_secret: credentials.clientSecret };
    const answer = await ask(body);
    if (answer.kind === 'silent') throw noToken(`it gave no answer: ${answer.detail}`);
    const reply = tokenReply.safeParse(answer.body);
    if (answer.status !== 200 || !reply.success) throw noToken(`it answered ${answer.status}`);
    const { access_token: token, expires_in: seconds } = reply.data;
    const lifetimeMs = seconds === undefined ? (lifetimeOf(token) ?? DEFAULT_LIFETIME_MS) : seconds * 1000;
    issued = { token, replaceAt: now() + lifetimeMs * USED_SHARE };
    return issued;
  }

  /** Many requests may want a token at once: one asks. */
  async function fresh(): Promise<string> {
    underWay ??= issue().finally(() => (underWay = undefined));
    return (await underWay).token;
  }

  return {
    async current() {
      if (credentials.kind === 'none') return undefined;
      if (credentials.kind === 'token') return credentials.token;
      return issued !== undefined && now() < issued.replaceAt ? issued.token : fresh();
    },
    async renewed(refused) {
      if (credentials.kind !== 'client') return undefined;
      return issued !== undefined && issued.token !== refused ? issued.token : fresh();
    },
    mask(text) {
      return secretsOf(credentials, issued).reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
    },
  };
}

function secretsOf(credentials: ApiCredentials, issued: Issued | undefined): readonly string[] {
  const own =
    credentials.kind === 'client'
      ? [credentials.clientSecret, credentials.clientId]
      : credentials.kind === 'token'
        ? [credentials.token]
        : [];
  const all = [...own, ...(issued === undefined ? [] : [issued.token])];
  return all.flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]);
}

/** The span between the claims `iat` and `exp` of a JWT: both are of the server's clock, so the own clock does not matter. */
function lifetimeOf(token: string): number | undefined {
  try {
    const parsed = claims.safeParse(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')));
    return parsed.success && parsed.data.exp > parsed.data.iat ? (parsed.data.exp - parsed.data.iat) * 1000 : undefined;
  } catch {
    return undefined;
  }
}

function noToken(why: string): ChaosError {
  return new ChaosError({
    code: 'client',
    message: `The server gave no token for the client: ${why}.`,
    tryThis:
      'Check the client’s id and secret (Secret airbyte-auth-secrets), and that /applications/token can be reached.',
  });
}
