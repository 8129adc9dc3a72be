import { z } from 'zod';
import { ChaosError } from '../../core/errors.ts';
import { docker } from './docker.ts';
import { lowerHalf } from './subnet.ts';

/** Everything of the harness in Docker is on this network and nothing else is. */
export const NETWORK = 'airbyte-chaos';
const LABEL = 'airbyte-chaos=network';
/** Between Docker's choice of a subnet and its use somebody else can take it. */
const ATTEMPTS = 3;

const inspected = z.tuple([
  z.object({
    IPAM: z.object({ Config: z.array(z.object({ Subnet: z.string(), IPRange: z.string().optional() })).nullable() }),
  }),
]);

/**
 * Makes the network unless it is there. Its lower half is given out to nodes; the upper one is for addresses that a container asks for, which Docker
 * only allows where the subnet was named when the network was made. Returns the subnet.
 * @throws ChaosError `config` when there is one that was made otherwise and is in use.
 */
export async function ensureNetwork(name = NETWORK): Promise<string> {
  if (await hasNetwork(name)) {
    const subnet = await inspect(name);
    if (subnet.isHalved) return subnet.subnet;
    await requireUnused(name);
    await docker(['network', 'rm', name]);
  }
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await create(name);
    } catch (error) {
      if (await hasNetwork(name)) return ensureNetwork(name); // made by another process at the same instant
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

/** Removes the network when it is the harness's and nothing is on it. */
export async function removeNetwork(name = NETWORK): Promise<void> {
  if (await hasNetwork(name)) await docker(['network', 'rm', name]);
}

/** Docker chooses a subnet that is free; then the network is made again with that, named. */
async function create(name: string): Promise<string> {
  const make = ['network', 'create', '--driver', 'bridge', '--label', LABEL];
  const trial = `${name}-subnet`;
  if (await hasNetwork(trial)) await docker(['network', 'rm', trial]); // left by a process that was killed
  await docker([...make, trial]);
  const { subnet } = await inspect(trial);
  await docker(['network', 'rm', trial]);
  await docker([...make, '--subnet', subnet, '--ip-range', lowerHalf(subnet), name]);
  return subnet;
}

async function inspect(name: string): Promise<{ readonly subnet: string; readonly isHalved: boolean }> {
  const [network] = inspected.parse(JSON.parse(await docker(['network', 'inspect', name])));
  const pool = network.IPAM.Config?.find(({ Subnet }) => !Subnet.includes(':'));
  const subnet = pool?.Subnet ?? '';
  return { subnet, isHalved: subnet !== '' && pool?.IPRange === lowerHalf(subnet) };
}

/** Docker removes a network that only stopped containers are on, and those never start again. */
async function requireUnused(name: string): Promise<void> {
  const users = await docker(['ps', '--all', '--filter', `network=${name}`, '--format', '{{.Names}}']);
  if (users === '') return;
  throw new ChaosError({
    code: 'config',
    message: `Docker's network ${name} was made by an earlier version of the harness, without room for fixed addresses.`,
    lastState: `on it: ${users.split('\n').join(', ')}`,
    tryThis: 'Make everything anew: npm run chaos -- down --platform kind, then up --platform kind',
  });
}

async function hasNetwork(name: string): Promise<boolean> {
  const names = await docker(['network', 'ls', '--filter', `label=${LABEL}`, '--format', '{{.Name}}']);
  return names.split('\n').includes(name);
}
