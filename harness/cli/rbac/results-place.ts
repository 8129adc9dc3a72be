import { ChaosError } from '../../core/errors.ts';

/** Where a CronJob keeps its runs. */
export type ResultsPlace =
  | { readonly kind: 'claim'; readonly name: string }
  | { readonly kind: 'volume'; readonly size: string }
  | { readonly kind: 's3'; readonly place: string };

/** @throws ChaosError `usage` for anything but `claim:NAME`, `volume:SIZE` and `s3://BUCKET/PREFIX`. */
export function parseResults(text: string): ResultsPlace {
  const [, kind, rest = ''] = /^(claim|volume):([A-Za-z0-9.-]+)$/.exec(text) ?? [];
  if (kind === 'claim') return { kind, name: rest };
  if (kind === 'volume') return { kind, size: rest };
  if (text.startsWith('s3://')) return { kind: 's3', place: text };
  throw new ChaosError({
    code: 'usage',
    message: `--results ${text}: that is no place for results.`,
    tryThis: '--results claim:NAME, volume:SIZE or s3://BUCKET/PREFIX',
  });
}
