import { join } from 'node:path';
import type { Part } from '../part.ts';
import { imageOf, imagePart, LABEL } from './docker.ts';

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

/** Stands in for `debian:bookworm-slim`. */
export const debianImage = imagePart(
  { name: 'debian', title: `image: Debian ${SUITE}`, inputs: [LABEL], needs: [minimalRoot] },
  async ({ run, folderOf }, image) => {
    await run('docker', ['import', '--change', `LABEL ${LABEL}`, join(folderOf(minimalRoot), 'root.tar'), image]);
  },
);

/** For the first line of a Dockerfile. */
export const fromDebian = (): string => `FROM ${imageOf(debianImage)}`;
