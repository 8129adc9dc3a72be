import { loadAssets } from './assets.ts';
import { markup, type Markup } from './markup.ts';

export interface Page {
  readonly title: string;
  readonly body: Markup;
  /** The scripts that make the time axis zoomable. */
  readonly hasTimeline: boolean;
}

/** A whole document in one file: it asks the network for nothing and can be read without scripts. */
export function renderPage({ title, body, hasTimeline }: Page): string {
  const { styles, scripts, contentSecurityPolicy } = loadAssets();
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${styles}</style>
</head>
<body>
<svg width="0" height="0" class="patterns" aria-hidden="true"><defs>
<pattern id="hatch-down" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="hatch-down-ground"/><rect width="2" height="6" class="hatch-down-line"/></pattern>
<pattern id="hatch-waiting" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><rect width="6" height="6" class="hatch-waiting-ground"/><rect width="2" height="6" class="hatch-waiting-line"/></pattern>
</defs></svg>
${body}
${
  hasTimeline &&
  scripts.map(
    (script) => markup`<script>${script}</script>
`,
  )
}
</body>
</html>
`;
  return page.toString();
}
