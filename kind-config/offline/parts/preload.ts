import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildContext } from '../part.ts';
import { buildImage, LABEL } from './docker.ts';

/** Decides what comes out of every part that uses it. */
export const PRELOAD_SOURCE = fileURLToPath(import.meta.url);
export const CTR = 'ctr --namespace k8s.io';

export interface Preload {
  /** The image of a node, and the one that is made of it. */
  readonly from: string;
  readonly to: string;
  /** Of the machine's Docker. */
  readonly images: readonly string[];
  /** Lines of a script for inside of the node, once the images are there. */
  readonly andThen?: readonly string[];
}

/** Puts images into a node's own containerd, which runs in a container of that node for it. */
export async function preload(
  { run, scratch }: BuildContext,
  { from, to, images, andThen = [] }: Preload,
): Promise<void> {
  const archive = join(scratch, 'images.tar');
  await run('docker', ['save', '--output', archive, ...images]);
  const options = ['--detach', '--privileged', '--label', LABEL, '--entrypoint', '/usr/bin/containerd'];
  const container = (await run('docker', ['run', ...options, from])).trim();
  try {
    await run('docker', ['cp', archive, `${container}:/images.tar`]);
    const script = join(scratch, 'preload.sh');
    writeFileSync(script, preloadScript(andThen));
    await run('docker', ['cp', script, `${container}:/preload.sh`]);
    await run('docker', ['exec', container, 'bash', '/preload.sh']);
    await run('docker', ['stop', container]); // containerd ends well when asked
    await run('docker', ['commit', container, to]);
  } finally {
    await run('docker', ['rm', '--force', container]);
  }
}

/** Makes an image that starts as a node out of one that was committed from a container: `docker commit --change` refuses STOPSIGNAL. */
export async function nodeWith(context: BuildContext, committed: string, image: string): Promise<void> {
  const entry = 'ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]';
  const dockerfile = [`FROM ${committed}`, 'ENV container=docker', 'STOPSIGNAL SIGRTMIN+3', entry, 'CMD []'];
  await buildImage(context, image, { dockerfile, files: [] });
}

function preloadScript(andThen: readonly string[]): string {
  return [
    'set -eu',
    'for i in $(seq 150); do ctr version > /dev/null 2>&1 && break; sleep 0.2; done',
    `${CTR} images import --snapshotter overlayfs /images.tar`,
    ...andThen,
    'rm /images.tar /preload.sh',
  ].join('\n');
}
