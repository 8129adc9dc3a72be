import type { GenericContainer } from 'testcontainers';
import type { OutsidePlan } from './outside-plan.ts';

export interface ContainerOptions {
  readonly plan: OutsidePlan;
  readonly name: string;
  readonly network: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Makes and starts a container that outlives this process and comes back by itself, at the same address, when what runs in it dies.
 * @throws Error of testcontainers or of Docker, when the image is not there or the name or the address is taken.
 */
export async function startContainer(options: ContainerOptions): Promise<void> {
  const { GenericContainer: Generic, PullPolicy } = await import('testcontainers');

  // testcontainers has no words for these three; what it keeps for Docker may be added to by who extends it.
  class LastingContainer extends Generic {
    constructor({ plan, network }: ContainerOptions) {
      super(plan.image);
      this.hostConfig.RestartPolicy = { Name: 'always' };
      this.hostConfig.Sysctls = plan.isRouter === true ? { 'net.ipv4.ip_forward': '1' } : {};
      this.createOpts.Volumes = plan.volume === undefined ? {} : { [plan.volume]: {} };
      this.createOpts.NetworkingConfig = {
        EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: plan.address } } },
      };
    }
  }

  // Without its cleaning up no other container is needed that would remove this one when the process ends.
  const container = new LastingContainer(options)
    .withPullPolicy(PullPolicy.neverPull())
    .withAutoCleanup(false)
    .withName(options.name)
    .withLabels({ ...options.labels })
    .withNetworkMode(options.network);
  await configure(container, options.plan).start();
}

function configure(container: GenericContainer, plan: OutsidePlan): GenericContainer {
  container.withEnvironment({ ...plan.environment });
  if (plan.entrypoint !== undefined) container.withEntrypoint([...plan.entrypoint]);
  if (plan.command !== undefined) container.withCommand([...plan.command]);
  if (plan.isRouter === true) container.withAddedCapabilities('NET_ADMIN');
  if (plan.files !== undefined) container.withCopyContentToContainer([...plan.files]);
  return container;
}
