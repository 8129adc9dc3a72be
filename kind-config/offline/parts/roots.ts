import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Part } from '../part.ts';
import { buildImage, imageOf, imagePart, LABEL } from './docker.ts';

const SUITE = 'bookworm';
/** What kube-proxy, the routes between nodes and the DNS of a pod need. */
const MINIMAL = ['ca-certificates', 'iproute2', 'iptables', 'nftables', 'conntrack', 'kmod'];
const NODE =
  `systemd systemd-sysv conntrack iptables nftables iproute2 ethtool util-linux mount kmod pigz bash ca-certificates curl jq
  procps socat e2fsprogs containerd runc containernetworking-plugins`.split(/\s+/);

/** A root file system made of Debian packages, as `root.tar`. */
function debianRoot(name: string, title: string, packages: readonly string[]): Part {
  return {
    name,
    title,
    inputs: [SUITE, ...packages],
    needs: [],
    async build({ run, scratch, directory }) {
      const root = join(scratch, 'root');
      await run('debootstrap', ['--variant=minbase', `--include=${packages.join(',')}`, SUITE, root]);
      const dropped = ['var/lib/apt/lists', 'var/cache/apt/archives', 'var/log/bootstrap.log'];
      await run('tar', [
        '-C',
        root,
        ...dropped.map((path) => `--exclude=./${path}/*`),
        '-cf',
        join(directory, 'root.tar'),
        '.',
      ]);
    },
  };
}

const minimalRoot = debianRoot('debian-root', `Debian ${SUITE}, minimal`, MINIMAL);
export const nodeRoot = debianRoot('node-root', `Debian ${SUITE} with what a node needs`, NODE);

/** Where Debian keeps certificate authorities that the machine's owner added: a proxy that looks into TLS needs one. */
const ADDED_AUTHORITIES = '/usr/local/share/ca-certificates';

/** Stands in for `debian:bookworm-slim`; trusts whom this machine trusts, so that a build inside of it reaches the package registries. */
export const debianImage = imagePart(
  {
    name: 'debian',
    title: `image: Debian ${SUITE}`,
    inputs: [LABEL, ...addedAuthorities().map((path) => readFileSync(path, 'utf8'))],
    needs: [minimalRoot],
  },
  async (context, image) => {
    const plain = `${image}-plain`;
    await context.run('docker', ['import', join(context.folderOf(minimalRoot), 'root.tar'), plain]);
    const authorities = addedAuthorities();
    const names = authorities.map((path) => basename(path)).join(' ');
    const trusting = [`COPY ${names} ${ADDED_AUTHORITIES}/`, 'RUN update-ca-certificates'];
    // Node and pip otherwise go by lists of their own.
    const environment = 'ENV NODE_USE_SYSTEM_CA=1 PIP_CERT=/etc/ssl/certs/ca-certificates.crt';
    const dockerfile = [`FROM ${plain}`, ...(authorities.length > 0 ? trusting : []), environment];
    await buildImage(context, image, { dockerfile, files: authorities });
    await context.run('docker', ['image', 'rm', plain]);
  },
);

function addedAuthorities(): string[] {
  if (!existsSync(ADDED_AUTHORITIES)) return [];
  const names = readdirSync(ADDED_AUTHORITIES).filter((name) => name.endsWith('.crt'));
  return names.map((name) => join(ADDED_AUTHORITIES, name)).toSorted();
}

/** For the first line of a Dockerfile. */
export const fromDebian = (): string => `FROM ${imageOf(debianImage)}`;
