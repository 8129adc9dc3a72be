import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pWaitFor from 'p-wait-for';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildParts, missingParts } from './build-parts.ts';
import { folderName, inOrder, keyOf, type Part } from './part.ts';
import { CHAOS_MESH_PARTS } from './parts/chaos-mesh.ts';
import { ALL_PARTS } from './parts/index.ts';
import { requirements } from './parts/kubernetes.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'parts-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const silent = (): void => undefined;
const build = (parts: readonly Part[], signal = new AbortController().signal) =>
  buildParts(parts, { directory, progress: silent, signal });

/** A part that writes its own name and counts how often it was built. */
function toyPart(name: string, change: Partial<Part> = {}): Part & { readonly builds: string[] } {
  const builds: string[] = [];
  return {
    name,
    title: name,
    inputs: ['1'],
    needs: [],
    build: async (context) => {
      builds.push(context.directory);
      writeFileSync(join(context.directory, 'content'), name);
    },
    ...change,
    builds,
  };
}

test('a part is built once, and what it needs before it', async () => {
  const base = toyPart('base');
  const top = toyPart('top', {
    needs: [base],
    build: async (context) => {
      const content = readFileSync(join(context.folderOf(base), 'content'), 'utf8');
      writeFileSync(join(context.directory, 'content'), `on ${content}`);
    },
  });
  const first = await build([top]);
  expect(first.map(({ title, isNew }) => [title, isNew])).toEqual([
    ['base', true],
    ['top', true],
  ]);
  expect(readFileSync(join(directory, folderName(top), 'content'), 'utf8')).toBe('on base');
  const second = await build([top]);
  expect(second.map(({ isNew }) => isNew)).toEqual([false, false]);
  expect(second.map(({ elapsedMs }) => elapsedMs)).toEqual(first.map(({ elapsedMs }) => elapsedMs));
  expect(base.builds).toHaveLength(1);
});

test('what was finished before a failure is kept, and the failure shows the end of the log', async () => {
  const base = toyPart('base');
  const failing = toyPart('failing', {
    needs: [base],
    build: async (context) => void (await context.run('sh', ['-c', 'echo the disk is full >&2; exit 3'])),
  });
  await expect(build([failing])).rejects.toMatchObject({
    code: 'install',
    message: expect.stringMatching(/failing could not be built: .*exit code 3[\s\S]*the disk is full/),
    tryThis: expect.stringContaining(join(directory, 'logs', 'failing.log')),
  });
  expect(existsSync(join(directory, folderName(failing)))).toBe(false);
  await expect(build([failing])).rejects.toThrow('failing could not be built');
  expect(base.builds).toHaveLength(1);
});

test('three are built at a time, each after what it needs, and nobody waits behind one that cannot begin', async () => {
  const events: string[] = [];
  const gates = new Map<string, () => void>();
  const gated = (name: string, ...needs: readonly Part[]): Part =>
    toyPart(name, {
      needs,
      build: async () => {
        events.push(`${name} begins`);
        await new Promise<void>((resolve) => gates.set(name, resolve));
        events.push(`${name} ends`);
      },
    });
  const begun = async (name: string): Promise<void> => pWaitFor(() => gates.has(name), { interval: 5 });
  const end = (name: string): void => gates.get(name)?.();
  const built = build([gated('top', gated('base')), gated('second'), gated('third'), gated('fourth')]);
  await Promise.all(['base', 'second', 'third'].map(begun));
  expect(events).toEqual(['base begins', 'second begins', 'third begins']); // `top` waits, and is waited for by nobody
  end('third');
  await begun('fourth');
  expect(gates.has('top')).toBe(false);
  end('base');
  await begun('top');
  for (const name of ['second', 'fourth', 'top']) end(name);
  expect((await built).map(({ title }) => title)).toEqual(['base', 'top', 'second', 'third', 'fourth']);
});

test('with a failure what else is under way ends, and nothing more is begun', async () => {
  const never = toyPart('never');
  const sleeping: Partial<Part> = { build: async (context) => void (await context.run('sleep', ['60'])) };
  const [slow, second] = [toyPart('slow', sleeping), toyPart('second', sleeping)];
  const failing = toyPart('failing', { build: async (context) => void (await context.run('false', [])) });
  await expect(build([slow, second, failing, never])).rejects.toMatchObject({
    message: expect.stringContaining('failing'),
  });
  expect(never.builds).toEqual([]);
});

test('a folder that was not finished does not count', async () => {
  const part = toyPart('part');
  await build([part]);
  rmSync(join(directory, folderName(part), 'complete.json'));
  expect(await missingParts([part], directory)).toEqual([part]);
  await build([part]);
  expect(part.builds).toHaveLength(2);
});

test('what is kept elsewhere and is gone is made again', async () => {
  let isThere = true;
  const part = toyPart('image', { isThere: async () => isThere });
  await build([part]);
  isThere = false;
  expect(await missingParts([part], directory)).toEqual([part]);
});

test('an interruption ends the program under way and says so', async () => {
  const controller = new AbortController();
  const part = toyPart('slow', {
    build: async (context) => {
      const running = context.run('sleep', ['60']);
      controller.abort();
      await running;
    },
  });
  await expect(build([part], controller.signal)).rejects.toMatchObject({ code: 'interrupted' });
});

test('the key changes with an input and with a part that is needed, and with nothing else', () => {
  const base = toyPart('base');
  const top = toyPart('top', { needs: [base] });
  expect(keyOf(toyPart('top', { needs: [toyPart('base')], title: 'other words' }))).toBe(keyOf(top));
  expect(keyOf(toyPart('top', { needs: [base], inputs: ['2'] }))).not.toBe(keyOf(top));
  expect(keyOf(toyPart('top', { needs: [toyPart('base', { inputs: ['2'] })] }))).not.toBe(keyOf(top));
  expect(keyOf(toyPart('top', { inputs: ['1', ''] }))).not.toBe(keyOf(toyPart('top', { inputs: ['1'] })));
});

test('no two parts share a name, and each comes after what it needs', () => {
  const ordered = inOrder([...ALL_PARTS, ...CHAOS_MESH_PARTS]);
  expect(new Set(ordered.map(({ name }) => name)).size).toBe(ordered.length);
  for (const part of ordered) {
    for (const needed of part.needs) expect(ordered.indexOf(needed)).toBeLessThan(ordered.indexOf(part));
  }
});

test('the libraries of Kubernetes are taken in their published versions', () => {
  const goMod = [
    'module k8s.io/kubernetes',
    'require (\n\tgithub.com/a/b v1.2.3\n\tk8s.io/api v0.0.0\n)',
    'require (\n\tgo.x/y v0.0.0-2024 // indirect\n)',
    'replace (\n\tk8s.io/api => ./staging/src/k8s.io/api\n\tgithub.com/a/b => github.com/a/c v1.0.0\n)',
  ].join('\n\n');
  const module = requirements(goMod);
  expect(module).toContain('\tk8s.io/api v0.34.4\n');
  expect(module).toContain('\tk8s.io/api => k8s.io/api v0.34.4\n');
  expect(module).toContain('\tgo.x/y v0.0.0-2024 // indirect');
  expect(module).not.toContain('staging');
  expect(module).not.toContain('github.com/a/c');
});
