import { docker } from '../docker.ts';

/** Where a toy node answers as kube-proxy does, as a service at a NodePort, and as a pod that runs on it. */
export const TOY = { healthPort: 10_256, nodePort: 30_801, podPort: 8080, closedPort: 8081 } as const;

/** Says its name at each of its ports and keeps the connection; the pod has an address of its own. */
const PROGRAM = `
const { createServer } = require('node:http');
const { createServer: createTcpServer } = require('node:net');
const [name, podAddress] = process.argv.slice(1);
const answer = (request, response) => response.end(name);
createServer(answer).listen(${TOY.healthPort});
createTcpServer((socket) => socket.on('error', () => {}).on('data', () => socket.write(name))).listen(${TOY.nodePort});
createServer(answer).listen(${TOY.podPort}, podAddress);
`;

export interface ToyNode {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly podAddress: string;
}

export interface ToyOptions {
  readonly name: string;
  readonly image: string;
  readonly network: string;
  readonly podAddress: string;
}

/** Starts a container that stands in for a node of a cluster, at whatever address Docker gives it. */
export async function startToyNode({ name, image, network, podAddress }: ToyOptions): Promise<ToyNode> {
  const script = `ip address add ${podAddress}/32 dev lo && exec node -e "$PROGRAM" "$@"`;
  const options = ['--detach', '--network', network, '--cap-add', 'NET_ADMIN', '--user', '0', '--entrypoint', 'sh'];
  const id = await docker([
    'run',
    ...options,
    '--env',
    `PROGRAM=${PROGRAM}`,
    image,
    '-c',
    script,
    'sh',
    name,
    podAddress,
  ]);
  const field = `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`;
  return { id, name, address: await docker(['inspect', '--format', field, id]), podAddress };
}
