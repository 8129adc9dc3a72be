import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { copyFile } from 'node:fs/promises';
import { execa } from 'execa';
import { keyOf, type BuildContext, type Part } from '../part.ts';

/** Everything that the project makes in Docker bears it, so that all of it can be found and removed, and nothing else. */
export const LABEL = 'airbyte-chaos=offline-image';

/** Name of the image that a part makes; it changes with what is in it. */
export function imageOf(part: Part): string {
  return `airbyte-chaos/${part.name}:${keyOf(part)}`;
}

/** A part whose result is an image in the machine's Docker. */
export function imagePart(
  definition: Pick<Part, 'name' | 'title' | 'inputs' | 'needs'>,
  build: (context: BuildContext, image: string) => Promise<void>,
): Part {
  const part: Part = {
    ...definition,
    build: async (context) => {
      await build(context, imageOf(part));
      await removeSuperseded(part);
    },
    isThere: () => hasImage(imageOf(part)),
  };
  return part;
}

/** Removes what an earlier version of the part made, unless a container still uses it. */
async function removeSuperseded(part: Part): Promise<void> {
  const [repository = ''] = imageOf(part).split(':');
  const { stdout } = await execa('docker', ['image', 'ls', repository, '--format', '{{.Repository}}:{{.Tag}}']);
  const superseded = stdout.split('\n').filter((image) => image !== '' && image !== imageOf(part));
  if (superseded.length > 0) await execa('docker', ['image', 'rm', ...superseded], { reject: false });
}

async function hasImage(image: string): Promise<boolean> {
  const { exitCode } = await execa('docker', ['image', 'inspect', image], { reject: false, stdout: 'ignore' });
  return exitCode === 0;
}

/** Builds an image from a Dockerfile's text and files that it copies by their last names. */
export async function buildImage(
  { run, scratch }: BuildContext,
  image: string,
  { dockerfile, files }: { readonly dockerfile: readonly string[]; readonly files: readonly string[] },
): Promise<void> {
  const folder = join(scratch, image.replaceAll(/[^a-z0-9]/g, '-'));
  mkdirSync(folder, { recursive: true });
  for (const file of files) await copyFile(file, join(folder, basename(file)));
  writeFileSync(join(folder, 'Dockerfile'), dockerfile.join('\n'));
  await run('docker', ['build', '--quiet', '--force-rm', '--label', LABEL, '--tag', image, folder]);
}
