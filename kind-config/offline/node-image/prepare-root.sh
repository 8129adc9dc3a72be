#!/bin/bash
# usage: prepare-root.sh ROOT KIND_NODE_FILES KUBERNETES_PROGRAMS VERSION
# Makes a node for kind out of a plain Debian root: kind's own files, Kubernetes' programs, and only the units that a node needs.
set -euo pipefail
root=$1 kind_files=$2 programs=$3 version=$4
here=$(dirname "$(realpath "$0")")

cp -r "$kind_files"/etc "$kind_files"/kind "$kind_files"/usr "$root"/
find "$root"/etc/{containerd,crictl.yaml,default,sysctl.d,systemd/system} "$root"/kind -type f -exec chmod 0644 {} +
chmod 0755 "$root"/kind "$root"/kind/bin "$root"/kind/bin/* "$root"/usr/local/bin/*
sed -i 's/pause:3.10"/pause:3.10.1"/' "$root"/etc/containerd/config.toml # the tag that kubeadm 1.34 wants

# A container needs no udev, no initctl and none of what waits for disks.
rm -f "$root"/{lib,etc}/systemd/system/*.wants/{systemd-tmpfiles-setup.service,*udev*,*initctl*}
rm -f "$root"/lib/systemd/system/{multi-user,local-fs,basic}.target.wants/* "$root"/etc/systemd/system/*.wants/*
grep -q '^ReadKMsg' "$root"/etc/systemd/journald.conf || echo ReadKMsg=no >> "$root"/etc/systemd/journald.conf
install -m 0644 "$here"/boot/closed-ranges.service "$root"/etc/systemd/system/
install -m 0644 "$here"/boot/closed-ranges.nft "$root"/kind/
chroot "$root" systemctl enable kubelet.service containerd.service undo-mount-hacks.service closed-ranges.service
chroot "$root" systemctl mask systemd-binfmt.service

# kind expects containerd below /usr/local; Debian has it below /usr.
for program in containerd containerd-shim-runc-v2 ctr; do ln -sf /usr/bin/$program "$root"/usr/local/bin/$program; done
mkdir -p "$root"/etc/kubernetes/manifests "$root"/opt/cni/bin "$root"/kind/manifests
cp "$root"/usr/lib/cni/* "$root"/opt/cni/bin/
cp "$here"/manifests/*.yaml "$root"/kind/manifests/
# Without process.rlimits: where CAP_SYS_RESOURCE is missing, no container could be given its limits.
chroot "$root" ctr oci spec |
  jq '.hooks.createContainer = [{path: "/kind/bin/mount-product-files.sh"}] | del(.process.rlimits)' > "$root"/etc/containerd/cri-base.json
cp "$programs"/{kubeadm,kubelet,kubectl} "$root"/usr/bin/
printf %s "v$version" > "$root"/kind/version
