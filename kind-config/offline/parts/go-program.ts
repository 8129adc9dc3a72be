import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { BuildContext, Part } from '../part.ts';

/** Programs without C libraries, so that they run in an empty image. */
const STATIC = { CGO_ENABLED: '0', GOFLAGS: '-mod=mod' };
/** The compiler collects its garbage less often: it takes more memory and less of the CPU. What comes out is the same. */
const QUICK = { GOGC: '400' };
/** Without symbols: a third of the size. */
const SMALL = '-s -w';
/** The oldest language version that all of the modules accept in a module that imports them. */
const GO_LANGUAGE = '1.24.0';

export interface GoProgram {
  /** `go.etcd.io/etcd/server/v3`: the package of the program. */
  readonly package: string;
  /** `v3.6.5` */
  readonly version: string;
  /** `etcd`: what the program is called. */
  readonly name: string;
}

/**
 * One program from the Go module proxy; Go checks the sources against its checksum database. Built in a module of its own: some
 * of these modules replace others, and `go install` refuses those.
 */
export function goProgram({ package: source, version, name }: GoProgram): Part {
  return {
    name: `go-${name}`,
    title: `${name} ${version}`,
    inputs: [source, version, GO_LANGUAGE, SMALL],
    needs: [],
    async build(context) {
      const module = emptyModule(context, '');
      await go(context, module, ['get', `${source}@${version}`]);
      await go(context, module, [
        'build',
        '-trimpath',
        '-ldflags',
        SMALL,
        '-o',
        join(context.scratch, 'program'),
        source,
      ]);
      renameSync(join(context.scratch, 'program'), join(context.directory, name));
    },
  };
}

/** A new module that only builds what it imports. `content` comes after its header. Returns its folder. */
export function emptyModule({ scratch }: BuildContext, content: string): string {
  const folder = join(scratch, 'module');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'go.mod'), `module build\n\ngo ${GO_LANGUAGE}\n${content}`);
  return folder;
}

export interface BuildPackages {
  readonly packages: readonly string[];
  readonly linkerFlags: string;
  /** With commas between them. */
  readonly tags?: string;
  /** Parts of it are in C: the machine's own compiler is needed. */
  readonly usesC?: boolean;
}

/** Builds packages of the module in `folder` into the part's folder, each under the last word of its path. */
export async function buildInto(
  context: BuildContext,
  folder: string,
  { linkerFlags, packages, tags = '', usesC = false }: BuildPackages,
): Promise<void> {
  for (const source of packages) {
    const program = join(context.directory, basename(source));
    const how = ['-trimpath', ...(tags === '' ? [] : ['-tags', tags]), '-ldflags', `${SMALL} ${linkerFlags}`];
    await go(context, folder, ['build', ...how, '-o', program, source], usesC ? { CGO_ENABLED: '1' } : {});
  }
}

/** Runs the Go tool in a module. Returns what it printed on its standard output. */
export async function go(
  { run, goCache }: BuildContext,
  folder: string,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  const caches = { GOMODCACHE: join(goCache, 'modules'), GOCACHE: join(goCache, 'built') };
  return run('go', args, { cwd: folder, environment: { ...STATIC, ...QUICK, ...caches, GOWORK: 'off', ...more } });
}
