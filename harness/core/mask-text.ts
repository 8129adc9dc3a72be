const MASK = '***';

/**
 * Every form in which secrets are looked for in text: as they are, percent-encoded as in a URL, in base64 as in a Kubernetes secret, and as in a string of JSON. Longest
 * first, so that a secret that contains another one is replaced whole.
 */
export function needlesOf(secrets: readonly string[]): string[] {
  const written = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret, 'utf8').toString('base64'),
    JSON.stringify(secret).slice(1, -1),
  ]);
  return [...new Set(written)].filter((needle) => needle !== '').toSorted((a, b) => b.length - a.length);
}

/** Replaces each needle by `***`. */
export function maskText(text: string, needles: readonly string[]): string {
  return needles.reduce((rest, needle) => rest.replaceAll(needle, MASK), text);
}
