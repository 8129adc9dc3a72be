import type { Verdict } from '../../core/verdict.ts';
import { markup, type Markup } from './markup.ts';

/** The words of a verdict; a colour never stands alone. */
export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = { pass: 'Pass', fail: 'Fail', unknown: 'Unknown' };

/** The icon of a verdict: a tick, a cross, a question mark, told apart by shape. */
export function verdictIcon(verdict: Verdict): Markup {
  return markup`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="10" class="icon-disc"/>${glyph(verdict)}</svg>`;
}

function glyph(verdict: Verdict): Markup {
  switch (verdict) {
    case 'pass':
      return markup`<path class="icon-line" d="M5.6 10.4l3 3 5.8-6.4"/>`;
    case 'fail':
      return markup`<path class="icon-line" d="M6.4 6.4l7.2 7.2M13.6 6.4l-7.2 7.2"/>`;
    case 'unknown':
      return markup`<path class="icon-line" d="M7.3 7.6c.3-1.500 1.400-2.300 2.800-2.300 1.500 0 2.600.9 2.600 2.200 0 1.900-2.600 2-2.600 4.100"/><circle cx="10.100" cy="14.600" r="1.150" class="icon-dot"/>`;
    default:
      return verdict satisfies never;
  }
}

/** Icon and word, in the verdict's colour. */
export function verdictBadge(verdict: Verdict, word = VERDICT_WORDS[verdict]): Markup {
  return markup`<span class="badge is-${verdict}">${verdictIcon(verdict)}${word}</span>`;
}
