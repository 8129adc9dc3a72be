/** The words of a verdict where there is no colour. */
export const MARKS = { pass: '✅ PASS', fail: '❌ FAIL', unknown: '⚠️ UNKNOWN' } as const;

/** Text that GitHub shows as it is: no markup, no HTML, no link, no mention, one line. */
export function escapeMarkdown(text: string): string {
  return visible(text)
    .replaceAll(/[\\`*_{}[\]<>|~#&$]/g, String.raw`\$&`)
    .replaceAll(/@(?=\w)/g, '@\u{200B}')
    .replaceAll('://', String.raw`:\//`)
    .replaceAll(/\bwww\./gi, String.raw`www\.`)
    .replace(/^[-+=]/, String.raw`\$&`)
    .replace(/^(\d+)([.)])/, String.raw`$1\$2`);
}

/** Inside a code span nothing is markup but the backtick that ends it. */
export function code(text: string): string {
  return visible(text).replaceAll('`', '´').trim();
}

function visible(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').replaceAll(/[\p{Cc}\u{202A}-\u{202E}\u{2066}-\u{2069}]/gu, '\u{FFFD}');
}
