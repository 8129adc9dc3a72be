import { basicAuthorization } from '../../core/http-basic.ts';

/** How somebody proves to Airbyte's API who they are. The values come from where the operator keeps them, and go nowhere but to the server. */
export type ApiCredentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'client'; readonly clientId: string; readonly clientSecret: string }
  /** HTTP Basic, which what stands before an Airbyte asks for. */
  | { readonly kind: 'basic'; readonly username: string; readonly password: string };

/** The default name of old versions (BASIC_AUTH_USERNAME) is part of the name of everything: without it no report could be read. */
const KNOWN_NAME = 'airbyte';

/**
 * The header for what needs no token, such as health: who asks for HTTP Basic stands before all of the API. Undefined for all else.
 */
export function openAuthorization(credentials: ApiCredentials): string | undefined {
  return credentials.kind === 'basic' ? basicAuthorization(credentials.username, credentials.password) : undefined;
}

/** What must not be written anywhere. The pair is one of them, since its base64, which is sent, holds neither part's. */
export function secretsOf(credentials: ApiCredentials): readonly string[] {
  switch (credentials.kind) {
    case 'none':
      return [];
    case 'token':
      return [credentials.token];
    case 'client':
      return [credentials.clientId, credentials.clientSecret];
    case 'basic': {
      const { username, password } = credentials;
      return [`${username}:${password}`, password, ...(username === KNOWN_NAME ? [] : [username])];
    }
    default:
      return credentials satisfies never;
  }
}

/**
 * What is said of a refusal, to stand behind its status. Never the text of the answer: a server may repeat in it what it was sent.
 * @param wantsBasic whether a 401 asks for HTTP Basic
 */
export function whyRefused(status: number, wantsBasic: boolean, given: ApiCredentials['kind']): string {
  if (status === 401 && wantsBasic) return wantsBasicWhere(given);
  if (status === 401 && given === 'basic') return ': it wants a token, or clientId and clientSecret, not HTTP Basic';
  if (status === 401) return ': it wants credentials, or others';
  if (status === 403) return ': these credentials may not do that';
  if (status >= 300 && status < 400) return ': it leads elsewhere, which is not followed';
  return '';
}

function wantsBasicWhere(given: ApiCredentials['kind']): string {
  if (given === 'basic') return ': it asks for HTTP Basic, and refuses this username and password';
  const instead = { none: 'nothing was', token: 'a token was', client: 'clientId and clientSecret were' }[given];
  return `: it asks for HTTP Basic, and ${instead} given: name username and password (credentials.api of chaos.config.yaml; --username-from and --password-from)`;
}
