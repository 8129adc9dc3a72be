import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildImage, imagePart, LABEL } from './docker.ts';
import { debianImage, fromDebian } from './roots.ts';

const NPM_VERSION = '11.19.1';

/** Stands in for `node:24-bookworm-slim`: the Node that runs this build, and npm, on Debian. */
export const nodeJsImage = imagePart(
  {
    name: 'node-js',
    title: `image: Node ${process.version}`,
    inputs: [LABEL, process.version, process.arch, NPM_VERSION],
    needs: [debianImage],
  },
  async (context, image) => {
    const { run, scratch } = context;
    const files = join(scratch, 'files');
    await mkdir(join(files, 'npm'), { recursive: true });
    await cp(process.execPath, join(files, 'node'));
    const packed = await run('npm', ['pack', '--silent', '--pack-destination', scratch, `npm@${NPM_VERSION}`]);
    await run('tar', ['-xzf', join(scratch, packed.trim()), '-C', join(files, 'npm'), '--strip-components=1']);
    await run('tar', ['-C', files, '-cf', join(scratch, 'files.tar'), '.']);
    await buildImage(context, image, {
      dockerfile: [
        fromDebian(),
        'ADD files.tar /opt/',
        'RUN ln -s /opt/node /usr/local/bin/node && ln -s /opt/npm/bin/npm-cli.js /usr/local/bin/npm && useradd --uid 1000 --create-home node',
      ],
      files: [join(scratch, 'files.tar')],
    });
    await run('docker', ['run', '--rm', image, 'npm', '--version']);
  },
);
