#!/bin/bash
# Gives the pods of this node a network, and routes to those of every other node (kind's own CNI comes from an image registry).
set -uo pipefail
config=/etc/cni/net.d/10-kind.conflist

write_config() {
  local wanted='{"cniVersion":"0.4.0","name":"kind","plugins":[{"type":"ptp","ipMasq":false,"mtu":1500,"ipam":{"type":"host-local","dataDir":"/run/cni-ipam-state","routes":[{"dst":"0.0.0.0/0"}],"ranges":[[{"subnet":"'$1'"}]]}},{"type":"portmap","capabilities":{"portMappings":true}}]}'
  [ "$(cat $config 2> /dev/null)" = "$wanted" ] && return
  echo "$wanted" > $config.tmp && mv $config.tmp $config
}

# Pods reach what is outside of the cluster by their node's address. nft 1.0.6 needs a line end after each closing brace.
masquerade() {
  nft list table ip kindmasq > /dev/null 2>&1 && return
  nft -f - << RULES
table ip kindmasq {
  chain post {
    type nat hook postrouting priority 100; policy accept;
    ip saddr $1 ip daddr != 10.0.0.0/8 masquerade
  }
}
RULES
}

# What is sent to a pod that is gone is refused. Without a route of its own it would leave by the node's default route, and somebody outside of the
# cluster might answer: `404` was seen, from a stranger, for a tenth of a second after each pod that died.
refuse_the_rest() { ip route replace unreachable "${1%.*.*}.0.0/16"; }

while :; do
  kubectl get nodes -o jsonpath='{range .items[*]}{.metadata.name} {.spec.podCIDR} {.status.addresses[?(@.type=="InternalIP")].address}{"\n"}{end}' > /tmp/nodes || { sleep 1; continue; }
  while read -r name subnet address; do
    [ -n "${address:-}" ] || continue
    if [ "$name" = "$NODE" ]; then
      write_config "$subnet"
      refuse_the_rest "$subnet"
      masquerade "$subnet"
    else
      ip route replace "$subnet" via "$address"
    fi
  done < /tmp/nodes
  sleep 5
done
