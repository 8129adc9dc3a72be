import { ChaosError } from '../../core/errors.ts';
import { docker } from './docker.ts';
import { commandsFor, parseServers } from './gateway-commands.ts';
import { configOf, wantedServers, type ServiceRoutes } from './gateway-config.ts';
import { GATEWAY_CONFIG_FILE } from './outside-plan.ts';

/** Ports of the gateway that single pods get. */
export const POD_PORTS = { first: 20_000, last: 29_999 } as const;

/**
 * Leads the ports of the gateway (the id of its container) to the services of a cluster, through all of its nodes. To be called again when addresses of nodes have changed, and
 * with the nodes of another cluster to switch over to it: connections to nodes that are not among them are closed, all others
 * stay. Returns whether anything had to be changed. What was said last also holds after the gateway was killed.
 * @throws ChaosError `platform` when the gateway does not do it.
 */
export async function routeServices(gateway: string, routes: ServiceRoutes): Promise<boolean> {
  const current = parseServers(await docker(['exec', gateway, 'sh', '-c', ask('$1'), 'sh', SHOW]));
  const wanted = wantedServers(routes, current);
  const commands = commandsFor(current, wanted);
  if (commands.length === 0) return false;
  const next = `${GATEWAY_CONFIG_FILE}.next`;
  // The file first: when the gateway is killed between the two it starts with what is wanted.
  const script = `cat > ${next} && haproxy -c -q -f ${next} && mv ${next} ${GATEWAY_CONFIG_FILE} && ${ask('$1')}`;
  const answer = await docker(
    ['exec', '--interactive', gateway, 'sh', '-c', script, 'sh', [...commands, SHOW].join(';')],
    { input: configOf(wanted) },
  );
  requireDone(commandsFor(parseServers(answer), wanted), answer);
  return true;
}

const SHOW = 'show servers state';

function ask(commands: string): string {
  return `echo "${commands}" | socat -t 5 - /run/haproxy.sock`;
}

function requireDone(left: readonly string[], answer: string): void {
  if (left.length === 0) return;
  throw new ChaosError({
    code: 'platform',
    message: `The gateway did not take its new routes: ${left.length} commands had no effect, the first is "${left[0]}".`,
    lastState: answer.split('\n').slice(0, 4).join('; '),
  });
}

/** A pod that is reached at a port of the gateway. */
export interface PodAtPort {
  readonly port: number;
  readonly podAddress: string;
  readonly podPort: number;
}

/** The range of a node's pods, and where the node is. */
export interface PodNetwork {
  readonly podCidr: string;
  readonly nodeAddress: string;
}

/**
 * Makes exactly these pods reachable, each at its port of the gateway; the ports change all at once or, on an error, not at all. The kernel forwards: a
 * closed port is refused, and a pod that does not answer is silent. Connections that are open stay, also to pods that are not among them.
 * @throws ChaosError `internal` when a port is taken twice or is not the pods', `platform` when the gateway does not do it.
 */
export async function reachPods(
  gateway: string,
  { pods, networks }: { readonly pods: readonly PodAtPort[]; readonly networks: readonly PodNetwork[] },
): Promise<void> {
  requirePorts(pods);
  // In files: a gateway that was killed starts with an empty network namespace, and reads them.
  const script = [
    'set -eu',
    'cd /etc/gateway',
    'printf "%s\\n" "$1" | sh /usr/local/bin/set-routes',
    'cat > targets.next',
    'nft -f targets.next',
    'mv targets.next targets.nft',
  ].join('\n');
  const wanted = networks.map(({ podCidr, nodeAddress }) => `${podCidr} ${nodeAddress}`).join('\n');
  await docker(['exec', '--interactive', gateway, 'sh', '-c', script, 'sh', wanted], { input: targetsOf(pods) });
}

/** What nft does as one change. */
function targetsOf(pods: readonly PodAtPort[]): string {
  const elements = pods.map(({ port, podAddress, podPort }) => `${port} : ${podAddress} . ${podPort}`);
  const add = elements.length === 0 ? [] : [`add element ip pods targets { ${elements.join(', ')} }`];
  return ['flush map ip pods targets', ...add, ''].join('\n');
}

function requirePorts(pods: readonly PodAtPort[]): void {
  const ports = pods.map(({ port }) => port);
  const wrong = ports.find(
    (port, index) => port < POD_PORTS.first || port > POD_PORTS.last || ports.indexOf(port) < index,
  );
  if (wrong === undefined) return;
  throw new ChaosError({
    code: 'internal',
    message: `Port ${wrong} of the gateway cannot be given to a pod: it is given twice, or not between ${POD_PORTS.first} and ${POD_PORTS.last}.`,
  });
}
