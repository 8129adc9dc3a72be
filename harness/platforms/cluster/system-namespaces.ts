/** `kube-` is reserved by Kubernetes; the others are where distributions and add-ons keep what the cluster itself needs. */
const PREFIXES = [
  'kube-',
  'openshift',
  'calico-',
  'tigera-',
  'cattle-',
  'rook-',
  'istio-',
  'linkerd',
  'gke-',
  'aks-',
  'amazon-',
  'azure-',
];
const NAMES = new Set([
  'cert-manager',
  'cilium',
  'cilium-secrets',
  'flux-system',
  'gatekeeper-system',
  'gmp-system',
  'ingress-nginx',
  'kyverno',
  'local-path-storage',
  'longhorn-system',
  'metallb-system',
  'olm',
]);

/** True for a namespace that nothing is ever broken in, whatever a configuration says. */
export function isSystemNamespace(name: string): boolean {
  return NAMES.has(name) || PREFIXES.some((prefix) => name.startsWith(prefix));
}
