import { expect, test } from 'vitest';
import { referencesIn, withValues } from './own-traffic-config.ts';

/* How it could lie: take what a connector is told for a reference, or leave one standing; put a value in another's place. */

const CONFIGURATION = {
  host: 'db',
  port: 5432,
  env: 'staging',
  password: { env: 'PASSWORD' },
  tunnel: { tunnel_method: 'SSH_KEY', key: { file: 'id_rsa' } },
  tables: [{ name: 'a' }, { token: { secret: { name: 's', key: 'k' } } }],
  storage: { env: 'A', file: 'b' },
  nothing: null,
};

test('a reference is what is nothing but one, at any depth', () => {
  expect(referencesIn(CONFIGURATION).map(([at]) => at.join('.'))).toEqual(['password', 'tunnel.key', 'tables.1.token']);
});

test('each is replaced by what it stands for, and nothing else changes', async () => {
  const replaced = await withValues(CONFIGURATION, async (_reference, at) => Promise.resolve(`<${at.join('.')}>`));
  expect(replaced).toEqual({
    ...CONFIGURATION,
    password: '<password>',
    tunnel: { tunnel_method: 'SSH_KEY', key: '<tunnel.key>' },
    tables: [{ name: 'a' }, { token: '<tables.1.token>' }],
  });
});
