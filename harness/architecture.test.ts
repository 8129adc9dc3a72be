import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** DESIGN §3: what each part may import of ours. A part may always import itself. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'harness/core': [],
  'harness/store': ['harness/core'],
  'harness/checks': ['harness/core', 'harness/store'],
  'harness/reporters': ['harness/core', 'harness/store'],
  'harness/monitor': ['harness/core'],
  'harness/clients': ['harness/core'],
  'harness/platforms': ['harness/core', 'harness/clients'],
  'harness/audit': ['harness/core'],
  'harness/profiles': ['harness/core'],
  'harness/probes': ['harness/core', 'harness/clients', 'harness/platforms'],
  'harness/waits': ['harness/core', 'harness/clients', 'harness/platforms'],
  'harness/faults': ['harness/core', 'harness/clients', 'harness/platforms', 'harness/waits'],
  'harness/workload': ['harness/core', 'harness/clients', 'harness/platforms', 'harness/waits', 'harness/probes'],
  'harness/runbooks': ['harness/core', 'harness/clients', 'harness/platforms', 'harness/waits'],
  'harness/runner': [
    'harness/core',
    'harness/store',
    'harness/clients',
    'harness/platforms',
    'harness/probes',
    'harness/waits',
    'harness/faults',
    'harness/workload',
    'harness/checks',
  ],
  scenarios: [
    'harness/core',
    'harness/checks',
    'harness/waits',
    'harness/faults',
    'harness/workload',
    'harness/runbooks',
  ],
  'harness/cli': ['*'],
  bench: [
    'scenarios',
    'harness/core',
    'harness/probes',
    'harness/checks',
    'harness/clients',
    'harness/platforms',
    'harness/reporters',
    'harness/runner',
    'harness/store',
    'harness/workload',
    'harness/cli',
    'fixtures/local',
  ],
  'kind-config': ['fixtures/local'],
  'fixtures/local': ['fixtures/reference'],
  'fixtures/kubernetes': ['fixtures/local', 'fixtures/reference'],
  'fixtures/reference': [],
  'fixtures/load': [],
  '.github': [],
};

/** The SDKs of the system under test; only clients may know them. */
const VENDOR = /^(@temporalio\/|@kubernetes\/|@aws-sdk\/|@googleapis\/|axios$|pg$)/;
/** Measuring how an SQL endpoint answers needs the driver itself, not a client that hides its failures; Kubernetes is a platform, not what runs on it. */
const VENDOR_EXCEPTIONS = new Set(['harness/probes', 'harness/platforms']);

interface Import {
  readonly file: string;
  readonly part: string;
  readonly specifier: string;
  /** The part that a relative import leads to. */
  readonly into: string | undefined;
}

function sources(): string[] {
  return ['.github', 'harness', 'scenarios', 'fixtures', 'kind-config', 'bench'].flatMap((top) =>
    readdirSync(join(ROOT, top), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.includes('node_modules'))
      .map((name) => join(top, name)),
  );
}

function partOf(file: string): string {
  const [top = '', second = ''] = file.split('/');
  return ['.github', 'scenarios', 'bench', 'kind-config'].includes(top) ? top : `${top}/${second}`;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, specifier = '']) => ({
    file,
    part: partOf(file),
    specifier,
    into: specifier.startsWith('.') ? partOf(relative(ROOT, resolve(ROOT, dirname(file), specifier))) : undefined,
  }));
}

const imports = sources().flatMap(importsOf);

test('imports go one way', () => {
  const wrong = imports.filter(({ part, into }) => {
    const allowed = ALLOWED[part] ?? [];
    return into !== undefined && into !== part && !allowed.includes('*') && !allowed.includes(into);
  });
  expect(wrong.map(({ file, specifier }) => `${file} imports ${specifier}`)).toEqual([]);
  expect(imports.length).toBeGreaterThan(200);
});

test('the examiner and the stack under test are strangers', () => {
  const between = imports.filter(
    ({ part, into = '' }) =>
      (part.startsWith('fixtures') && into.startsWith('harness')) ||
      (part.startsWith('harness') && into.startsWith('fixtures')),
  );
  expect(between).toEqual([]);
});

test('only clients know the vendor packages of the system under test', () => {
  const wrong = imports.filter(
    ({ part, specifier }) =>
      part.startsWith('harness') &&
      part !== 'harness/clients' &&
      !VENDOR_EXCEPTIONS.has(part) &&
      VENDOR.test(specifier),
  );
  expect(wrong.map(({ file, specifier }) => `${file} imports ${specifier}`)).toEqual([]);
});

test('only the command line prints, reads arguments and sets the exit code', () => {
  const wrong = sources()
    .filter((file) => file.startsWith('harness/') && !file.startsWith('harness/cli/') && !file.includes('/testing/'))
    .filter((file) =>
      /console\.|process\.(stdout|stderr|argv|exit\b|exitCode)/.test(readFileSync(join(ROOT, file), 'utf8')),
    );
  expect(wrong).toEqual([]);
});

test('no file is longer than 300 lines', () => {
  const long = sources()
    .filter((file) => !file.includes('/testing/'))
    .filter((file) => readFileSync(join(ROOT, file), 'utf8').split('\n').length > 301);
  expect(long).toEqual([]);
});

test('nothing in the project can end a process by its name', () => {
  const wrong = sources().filter((file) => /\b(pkill|killall)\b/.test(readFileSync(join(ROOT, file), 'utf8')));
  expect(wrong).toEqual([]);
});
