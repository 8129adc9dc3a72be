import { expect, test } from 'vitest';
import { emptyingScript } from './empty-databases.ts';

test('the databases of Temporal are made anew, and the one of Airbyte is not touched', () => {
  const script = emptyingScript();
  for (const database of ['temporal', 'temporal_visibility']) {
    const dropped = script.indexOf(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    expect(dropped).toBeGreaterThan(0);
    expect(script.indexOf(`CREATE DATABASE ${database} OWNER temporal`)).toBeGreaterThan(dropped);
  }
  expect(script).not.toContain('airbyte-db');
  expect(script).not.toContain('db-airbyte');
});
