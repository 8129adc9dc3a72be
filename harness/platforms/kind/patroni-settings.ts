import { ChaosError } from '../../core/errors.ts';
import type { StackWish } from './stack-changes.ts';

/** Settings of the stack that Patroni keeps in its store, by their names there; all are on unless a stack asks for something else. */
const SWITCHES = {
  'patroni.synchronousMode': 'synchronous_mode',
  'patroni.failsafeMode': 'failsafe_mode',
} as const;

export const PATRONI_SETTINGS: ReadonlySet<string> = new Set(Object.keys(SWITCHES));

/** What Patroni's dynamic configuration is changed by. @throws ChaosError `config` for a value that is neither on nor off. */
export function patroniSettings(settings: StackWish['settings']): Readonly<Record<string, boolean>> {
  return Object.fromEntries(
    Object.entries(SWITCHES).map(([setting, name]) => {
      const value = settings[setting] ?? 'on';
      if (value === 'on' || value === 'off') return [name, value === 'on'];
      throw new ChaosError({ code: 'config', message: `${setting} must be on or off, not "${value}".` });
    }),
  );
}

/**
 * Makes Patroni's configuration so, from inside one of its pods, for Python: it is read once from the manifests, when the database is made, and lives
 * in the store from then on. Ends with an error when Patroni refuses.
 */
export function patroniSettingsScript(settings: StackWish['settings']): string {
  return [
    'import json, urllib.request as r',
    `body = json.dumps(json.loads('${JSON.stringify(patroniSettings(settings))}')).encode()`,
    "r.urlopen(r.Request('http://127.0.0.1:8008/config', body, {'Content-Type': 'application/json'}, method='PATCH'), timeout=10)",
  ].join('\n');
}
