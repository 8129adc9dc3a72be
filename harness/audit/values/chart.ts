import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { parse } from 'yaml';
import { z } from 'zod';
import { ChaosError } from '../../core/errors.ts';
import type { ChartTemplates, Path } from './template-reading.ts';

const dependency = z.object({
  name: z.string(),
  alias: z.string().optional(),
  condition: z.string().optional(),
  tags: z.array(z.string()).optional(),
});
const described = z.object({
  name: z.string(),
  version: z.coerce.string(),
  appVersion: z.coerce.string().optional(),
  dependencies: z.array(dependency).nullish(),
});
/** Where charts of Helm 2 have their dependencies. */
const requirements = z.object({ dependencies: z.array(dependency).nullish() });

/** A chart as it lies on disk, with the charts inside it. */
export interface Chart {
  readonly name: string;
  readonly version: string;
  readonly appVersion: string | undefined;
  /** Its own values, before anybody sets one. */
  readonly defaults: unknown;
  readonly templates: readonly ChartTemplates[];
  /** Values that Helm itself reads: whether a dependency is wanted. */
  readonly conditions: readonly Path[];
}

/**
 * Reads a chart from a folder or from a package (`.tgz`).
 * @throws ChaosError `usage` for what is no chart.
 */
export async function readChart(path: string): Promise<Chart> {
  const folder = mkdtempSync(join(tmpdir(), 'chaos-chart-'));
  try {
    const read = await readAt(await unpacked(path, folder), [], folder);
    const { name, version, appVersion, defaults } = read;
    return { name, version, appVersion, defaults, templates: read.templates, conditions: read.conditions };
  } catch (cause) {
    throw cause instanceof ChaosError
      ? cause
      : new ChaosError({
          code: 'usage',
          message: `${path} cannot be read as a Helm chart.`,
          tryThis: 'Name the folder of a chart, or its package: helm pull airbyte-v2/airbyte --version 2.2.0',
          cause,
        });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function readAt(folder: string, at: Path, scratch: string): Promise<Chart> {
  const chart = described.parse(parse(readFileSync(join(folder, 'Chart.yaml'), 'utf8')));
  const separate = readIfThere(join(folder, 'requirements.yaml'));
  const dependencies = [
    ...(chart.dependencies ?? []),
    ...(separate === undefined ? [] : (requirements.parse(parse(separate)).dependencies ?? [])),
  ];
  const inside: Chart[] = [];
  for (const entry of entriesOf(join(folder, 'charts'))) {
    const below = await unpacked(join(folder, 'charts', entry), scratch);
    const { name } = described.parse(parse(readFileSync(join(below, 'Chart.yaml'), 'utf8')));
    // A chart may be there under several names.
    const aliases = dependencies.filter((one) => one.name === name).map((one) => one.alias ?? one.name);
    for (const alias of new Set(aliases.length === 0 ? [name] : aliases))
      inside.push(await readAt(below, [...at, alias], scratch));
  }
  const conditions = dependencies.flatMap(({ condition = '', tags = [] }) => [
    ...condition
      .split(',')
      .filter((one) => one.trim() !== '')
      .map((one) => [...at, ...one.trim().split('.')]),
    ...tags.map((tag) => ['tags', tag]),
  ]);
  return {
    name: chart.name,
    version: chart.version,
    appVersion: chart.appVersion,
    defaults: parse(readIfThere(join(folder, 'values.yaml')) ?? ''),
    templates: [
      { at, templates: templatesIn(join(folder, 'templates')) },
      ...inside.flatMap(({ templates }) => templates),
    ],
    conditions: [...conditions, ...inside.flatMap((one) => one.conditions)],
  };
}

async function unpacked(path: string, scratch: string): Promise<string> {
  if (statSync(path).isDirectory()) return path;
  const folder = mkdtempSync(join(scratch, 'package-'));
  await execa('tar', ['--extract', '--gzip', '--file', path, '--directory', folder]);
  const [only] = readdirSync(folder);
  return join(folder, only ?? '');
}

function templatesIn(folder: string): readonly string[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry);
    return statSync(path).isDirectory() ? templatesIn(path) : [readFileSync(path, 'utf8')];
  });
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
