/** A reference to an image in its parts: `registry.corp:5000/team/airbyte/server:1.8.5@sha256:…`. */
export interface ImageReference {
  /** Without registry host, tag and digest: `team/airbyte/server`. */
  readonly repository: string;
  /** Empty when there is none. */
  readonly tag: string;
}

export function parseImage(image: string): ImageReference {
  const [named = ''] = image.split('@');
  const slash = named.lastIndexOf('/');
  const colon = named.indexOf(':', slash + 1);
  const [path, tag] = colon < 0 ? [named, ''] : [named.slice(0, colon), named.slice(colon + 1)];
  const parts = path.split('/');
  const first = parts[0] ?? '';
  const isHost = parts.length > 1 && (first.includes('.') || first.includes(':') || first === 'localhost');
  return { repository: (isHost ? parts.slice(1) : parts).join('/'), tag };
}

/**
 * What Airbyte calls an image that is its own, also on a mirror: `server` for `mirror/airbyte/server` and for `mirror/airbyte-server`. Undefined where
 * nothing in the path says that it is Airbyte's.
 */
export function airbyteImage({ repository }: ImageReference): string | undefined {
  const [, named] = /(?:^|\/)airbyte\/([\w.-]+)$/.exec(repository) ?? [];
  if (named !== undefined) return named;
  return /(?:^|\/)airbyte-([\w.-]+)$/.exec(repository)?.[1];
}
