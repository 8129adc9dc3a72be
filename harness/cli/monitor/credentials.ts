import { readFileSync } from 'node:fs';
import type { ApiCredentials } from '../../clients/monitor/api-credentials.ts';
import { ChaosError } from '../../core/errors.ts';
import { whyNoBasic } from '../../core/http-basic.ts';
import { CREDENTIAL_WAYS, whyNoWay, type CredentialPart } from '../../platforms/cluster/api-credentials-config.ts';
import { userFile } from '../project-paths.ts';

export interface CredentialOptions {
  readonly tokenFrom?: string;
  readonly clientIdFrom?: string;
  readonly clientSecretFrom?: string;
  readonly usernameFrom?: string;
  readonly passwordFrom?: string;
}

export const FLAGS: Readonly<Record<CredentialPart, string>> = {
  token: '--token-from',
  clientId: '--client-id-from',
  clientSecret: '--client-secret-from',
  username: '--username-from',
  password: '--password-from',
};

/**
 * Reads the credentials from where the options say they are.
 * @throws ChaosError `usage` or `config`, which never repeats what stands in a file, a variable, or in place of a reference.
 */
export function readCredentials(options: CredentialOptions): ApiCredentials {
  const { token, clientId, clientSecret, username, password } = placesOf(options);
  if (token !== undefined) return { kind: 'token', token: resolveReference(FLAGS.token, token) };
  if (clientId !== undefined && clientSecret !== undefined) {
    return {
      kind: 'client',
      clientId: resolveReference(FLAGS.clientId, clientId),
      clientSecret: resolveReference(FLAGS.clientSecret, clientSecret),
    };
  }
  if (username === undefined || password === undefined) return { kind: 'none' };
  return {
    kind: 'basic',
    username: forBasic('username', FLAGS.username, resolvePhrase(FLAGS.username, username)),
    password: forBasic('password', FLAGS.password, resolvePhrase(FLAGS.password, password)),
  };
}

/** What the options say, by part, where it is one whole way to prove who one is, or nothing. @throws ChaosError `usage`. */
export function placesOf(options: CredentialOptions): Readonly<Partial<Record<CredentialPart, string>>> {
  const places: Readonly<Partial<Record<CredentialPart, string | undefined>>> = {
    token: options.tokenFrom,
    clientId: options.clientIdFrom,
    clientSecret: options.clientSecretFrom,
    username: options.usernameFrom,
    password: options.passwordFrom,
  };
  const why = whyNoWay((part) => places[part] !== undefined);
  if (why?.is === 'mixed') throw usage(`${flagsWith(why.beside)} and ${flagsWith(why.part)} exclude each other.`);
  if (why?.is === 'half') throw usage(`${flagsWith(why.part)} go together.`);
  return Object.fromEntries(
    Object.entries(places).flatMap(([key, place]) => (place === undefined ? [] : [[key, place]])),
  );
}

/** The flags of the way that a part is of. */
function flagsWith(part: CredentialPart): string {
  const way = CREDENTIAL_WAYS.find((parts) => parts.some((one) => one === part)) ?? [part];
  return way.map((one) => FLAGS[one]).join(' and ');
}

/** The value, where HTTP Basic can carry it. @throws ChaosError `config`, which does not repeat it. */
export function forBasic(part: 'username' | 'password', what: string, value: string): string {
  const why = whyNoBasic(part, value);
  if (why === undefined) return value;
  throw missing(what, `What is there ${why}.`);
}

/** The value behind `env:NAME` or `file:PATH`. @throws ChaosError `usage` or `config`, which never repeats a value. */
export function resolveReference(option: string, reference: string): string {
  const text = resolveText(option, reference);
  if (/[^\x21-\x7e]/.test(text)) throw missing(option, 'What is there is no token: it has characters that none has.');
  return text;
}

/** As {@link resolveReference}, for what may be any text. */
export function resolveText(option: string, reference: string): string {
  return resolve(option, reference, trimmed);
}

/** As {@link resolveText}, for what may begin and end with a space. */
export function resolvePhrase(option: string, reference: string): string {
  return resolve(option, reference, withoutLineEnd);
}

export const trimmed = (text: string): string => text.trim();
/** Editors, and `echo`, end what they write with a line end. */
export const withoutLineEnd = (text: string): string => text.replace(/[\r\n]+$/, '');

function resolve(option: string, reference: string, clean: (text: string) => string): string {
  const [, kind, place = ''] = /^(env|file):(.+)$/.exec(reference) ?? [];
  // What stands there may be the secret itself: it is not repeated.
  if (kind === undefined) throw usage(`${option} wants env:NAME or file:PATH, never the value itself.`);
  const value = clean((kind === 'env' ? process.env[place] : readText(option, place)) ?? '');
  if (value === '')
    throw missing(option, kind === 'env' ? `The variable ${place} is not set, or empty.` : `${place} is empty.`);
  return value;
}

function readText(option: string, place: string): string {
  try {
    return readFileSync(userFile(place), 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'an error';
    throw missing(option, `${place} cannot be read (${code}).`);
  }
}

function usage(message: string): ChaosError {
  return new ChaosError({
    code: 'usage',
    message,
    tryThis:
      'For example --token-from env:AIRBYTE_TOKEN, or file:/run/secrets/token; or --username-from and --password-from.',
  });
}

function missing(option: string, message: string): ChaosError {
  return new ChaosError({ code: 'config', message: `${option}: ${message}` });
}
