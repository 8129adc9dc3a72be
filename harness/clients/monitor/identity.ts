import { z } from 'zod';
import { ChaosError } from '../../core/errors.ts';
import { maskText, needlesOf } from '../../core/mask-text.ts';
import { openAuthorization, secretsOf, whyRefused, type ApiCredentials } from './api-credentials.ts';
import type { Exchange } from './exchange.ts';

/** What is sent as `Authorization`; a token is got anew where the credentials allow it. */
export interface Identity {
  /** For what needs no token and must not wait for one; undefined where nothing is sent there. */
  readonly open: string | undefined;
  /** Undefined when no credentials were given. @throws ChaosError `client` when the server gives no token. */
  current(): Promise<string | undefined>;
  /** After a 401: what is newer than `refused`, or undefined when there can be nothing. @throws as `current`. */
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
export function identityOf(
  credentials: ApiCredentials,
  ask: (body: unknown) => Promise<Exchange>,
  now: () => number,
): Identity {
  const open = openAuthorization(credentials);
  let issued: Issued | undefined;
  let underWay: Promise<Issued> | undefined;

  async function issue(): Promise<Issued> {
    if (credentials.kind !== 'client') throw new Error('only a client can ask for a token');
    const body = { client_id: credentials.clientId, client_secret: credentials.clientSecret };
    const answer = await ask(body);
    if (answer.kind === 'silent') throw noToken(`it gave no answer: ${answer.detail}`);
    const { status, wantsBasic } = answer;
    const reply = tokenReply.safeParse(answer.body);
    if (status !== 200 || !reply.success) {
      throw noToken(`it answered ${status}${wantsBasic ? whyRefused(status, wantsBasic, credentials.kind) : ''}`);
    }
    const { access_token: token, expires_in: seconds } = reply.data;
    const lifetimeMs = seconds === undefined ? (lifetimeOf(token) ?? DEFAULT_LIFETIME_MS) : seconds * 1000;
    issued = { token, replaceAt: now() + lifetimeMs * USED_SHARE };
    return issued;
  }

  /** Many requests may want a token at once: one asks. */
  async function fresh(): Promise<string> {
    underWay ??= issue().finally(() => (underWay = undefined));
    return bearer((await underWay).token);
  }

  return {
    open,
    async current() {
      if (credentials.kind === 'token') return bearer(credentials.token);
      if (credentials.kind !== 'client') return open;
      return issued !== undefined && now() < issued.replaceAt ? bearer(issued.token) : fresh();
    },
    async renewed(refused) {
      if (credentials.kind !== 'client') return undefined;
      return issued !== undefined && bearer(issued.token) !== refused ? bearer(issued.token) : fresh();
    },
    mask(text) {
      const got = issued === undefined ? [] : [issued.token];
      return maskText(text, needlesOf([...secretsOf(credentials), ...got]));
    },
  };
}

function bearer(token: string): string {
  return `Bearer ${token}`;
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
