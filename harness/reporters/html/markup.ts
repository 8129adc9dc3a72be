import { html, raw } from 'hono/html';

/** Text that is already HTML. Only {@link markup} and the assets of this folder make it. */
export type Markup = ReturnType<typeof raw>;
export type MarkupValue = string | number | Markup | null | undefined | false | readonly MarkupValue[];

/** A template whose every value is escaped unless it is markup itself. Used for HTML and for inline SVG. */
export function markup(strings: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  const result = html(strings, ...values.map(visible));
  if (result instanceof Promise) throw new TypeError('A template of the report must not hold a promise.');
  return result;
}

// Control characters break the page, and the direction marks let a name pretend to be another one.
const INVISIBLE = /(?![\t\n\r])\p{Cc}|[\u{202A}-\u{202E}\u{2066}-\u{2069}]/gu;

function visible(value: MarkupValue): MarkupValue {
  if (typeof value === 'string') return value.replaceAll(INVISIBLE, '\u{FFFD}');
  return isList(value) ? value.map(visible) : value;
}

function isList(value: MarkupValue): value is readonly MarkupValue[] {
  return Array.isArray(value);
}

/** JSON inside a `<script type="application/json">`: no `<` can end the element or begin a comment. */
export function inlineJson(id: string, value: unknown): Markup {
  const json = JSON.stringify(value)
    .replaceAll('<', String.raw`\u003c`)
    .replaceAll('>', String.raw`\u003e`)
    .replaceAll('&', String.raw`\u0026`)
    .replaceAll('\u{2028}', String.raw`\u2028`)
    .replaceAll('\u{2029}', String.raw`\u2029`);
  return markup`<script type="application/json" id="${id}">${raw(json)}</script>`;
}

/** A fixed text of this project or of a package that is HTML, CSS or a script already. */
export function trusted(text: string): Markup {
  return raw(text);
}
