import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { trusted, type Markup } from './markup.ts';

/** The fixed parts of the page: styles and scripts of this folder and of uPlot, all inlined. */
export interface Assets {
  readonly styles: Markup;
  readonly scripts: readonly Markup[];
  /** Forbids every request, and every script but exactly these: should an escape ever fail, nothing runs. */
  readonly contentSecurityPolicy: string;
}

let loaded: Assets | undefined;

/** Read once a process; they are constants of the installed version. */
export function loadAssets(): Assets {
  loaded ??= readAssets();
  return loaded;
}

function readAssets(): Assets {
  const own = dirname(fileURLToPath(import.meta.url));
  const plot = join(dirname(createRequire(import.meta.url).resolve('uplot/package.json')), 'dist');
  const read = (path: string): string => readFileSync(path, 'utf8');
  const scripts = [read(join(plot, 'uPlot.iife.min.js')), read(join(own, 'browser', 'timeline.js'))].map(scriptSafe);
  const hashes = scripts.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`);
  return {
    styles: trusted(`${read(join(plot, 'uPlot.min.css'))}\n${read(join(own, 'report.css'))}`),
    scripts: scripts.map((script) => trusted(script)),
    contentSecurityPolicy: `default-src 'none'; script-src ${hashes.join(' ')}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`,
  };
}

/** A script must not hold the text that ends its element, not even in a string. */
function scriptSafe(script: string): string {
  return script.replaceAll('</script', String.raw`<\/script`);
}
