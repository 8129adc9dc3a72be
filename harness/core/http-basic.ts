/** HTTP Basic (RFC 7617): what is sent, and how it is asked for. */

/** The value of the header `Authorization`. Text is sent as UTF-8. */
export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

/** Why HTTP Basic cannot carry a value, in words that do not repeat it; undefined where it can (RFC 7617, section 2). */
export function whyNoBasic(part: 'username' | 'password', value: string): string | undefined {
  if (/\p{Cc}/u.test(value)) return 'has control characters, which HTTP Basic cannot carry';
  if (part === 'username' && value.includes(':')) return 'has a colon, which ends a username in HTTP Basic';
  return undefined;
}

/** Whether the header `WWW-Authenticate` offers HTTP Basic, alone or beside others. */
export function asksForBasic(header: string | undefined): boolean {
  // A realm may be called anything.
  const schemes = (header ?? '').replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  return /(?:^|,)\s*basic(?:\s|,|$)/i.test(schemes);
}
