import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** Where runs land; `CHAOS_REPORTS_DIR` replaces it. */
export function reportsDirectory(): string {
  return process.env['CHAOS_REPORTS_DIR'] ?? join(PROJECT, 'reports');
}

/** A file that the user named: from where they stand, or, for the defaults, from the project. */
export function userFile(path: string): string {
  if (isAbsolute(path)) return path;
  const standing = process.env['INIT_CWD'] ?? process.cwd();
  return /^(scenarios|fixtures)\//.test(path) ? join(PROJECT, path) : resolve(standing, path);
}
