import { readFileSync } from 'node:fs';
import type { ApiCredentials } from '../../clients/monitor/bearer.ts';
import { ChaosError } from '../../core/errors.ts';
import { userFile } from '../project-paths.ts';

export interface CredentialOptions {
  readonly tokenFrom?: string;
  readonly clientIdFrom?: string;
  readonly clientSecretFrom?: string;
}

/**
 * Reads the credentials from where the options say they are.
 * @throws ChaosError `usage` or `config`, which never repeats what stands in a file, a variable, or in place of a reference.
 */
export function readCredentials({ tokenFrom, clientIdFrom, clientSecretFrom }: CredentialOptions): ApiCredentials {
  if (tokenFrom !== undefined && (clientIdFrom ?? clientSecretFrom) !== undefined) {
    throw usage('--token-from and --client-… exclude each other.');
  }
  if (tokenFrom !== undefined) return { kind: 'token', token: resolveReference('--token-from', tokenFrom) };
  if (clientIdFrom === undefined && clientSecretFrom === undefined) return { kind: 'none' };
  if (clientIdFrom === undefined || clientSecretFrom === undefined) {
    throw usage('--client-id-from and --client-secret-from go together.');
  }
  return {
    kind: 'client',
    clientId: resolveReference('--client-id-from', clientIdFrom),
    clientSecret: resolveReference('--client-secret-from', clientSecretFrom),
  };
}

/** The value behind `env:NAME` or `file:PATH`. @throws ChaosError `usage` or `config`, which never repeats a value. */
export function resolveReference(option: string, reference: string): string {
  const text = resolveText(option, reference);
  if (/[^\x21-\x7e]/.test(text)) throw missing(option, 'What is there is no token: it has characters that none has.');
  return text;
}

/** As {@link resolveReference}, for what may be any text. */
export function resolveText(option: string, reference: string): string {
  const [, kind, place = ''] = /^(env|file):(.+)$/.exec(reference) ?? [];
  // What stands there may be the secret itself: it is not repeated.
  if (kind === undefined) throw usage(`${option} wants env:NAME or file:PATH, never the value itself.`);
  const value = kind === 'env' ? process.env[place] : readText(option, place);
  const trimmed = value?.trim() ?? '';
  if (trimmed === '')
    throw missing(option, kind === 'env' ? `The variable ${place} is not set, or empty.` : `${place} is empty.`);
  return trimmed;
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
    tryThis: 'For example --token-from env:AIRBYTE_TOKEN, or file:/run/secrets/token.',
  });
}

function missing(option: string, message: string): ChaosError {
  return new ChaosError({ code: 'config', message: `${option}: ${message}` });
}
