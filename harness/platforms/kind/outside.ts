import { z } from 'zod';
import { ChaosError } from '../../core/errors.ts';
import { docker } from './docker.ts';
import { ensureNetwork, NETWORK } from './network.ts';
import { awaitAnswers, makeBuckets } from './outside-answers.ts';
import { startContainer } from './outside-container.ts';
import {
  hashOfPlan,
  OUTSIDE_COMPONENTS,
  planOutside,
  OUTSIDE_PORTS,
  type OutsideComponent,
  type OutsidePlan,
} from './outside-plan.ts';
import type { OutsideImages } from './tools.ts';

/** Labels of a container: that it is one of these, which, on which network, where, and what it was made from. */
const LABEL = 'airbyte-chaos';
const COMPONENT_LABEL = 'airbyte-chaos.component';
const NETWORK_LABEL = 'airbyte-chaos.network';
const ADDRESS_LABEL = 'airbyte-chaos.address';
const PLAN_LABEL = 'airbyte-chaos.plan';

/** Something that runs beside the clusters: a container that survives all of them. */
export interface OutsideService {
  readonly id: string;
  readonly name: string;
  readonly component: OutsideComponent;
  /** Fixed: it has the same one after it was killed. */
  readonly address: string;
  /** By what is spoken there; reached at `address`, from this machine and from pods. */
  readonly ports: Readonly<Record<string, number>>;
  readonly state: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
  /** When its main process was started the last time, as Docker writes it. */
  readonly startedAt: string;
  /** Its main process on the machine on which Docker runs; 0 when there is none. A signal to it is an accident, after which Docker starts it again. */
  readonly pid: number;
  /** How often Docker has started it again. */
  readonly restarts: number;
}

export interface OutsideOptions {
  readonly images: OutsideImages;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
  /** Docker's network; tests have their own. */
  readonly network?: string;
}

const inspected = z.array(
  z.object({
    Id: z.string(),
    Name: z.string(),
    State: z.object({
      Status: z.enum(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']),
      StartedAt: z.string(),
      Pid: z.number(),
    }),
    RestartCount: z.number(),
    Config: z.object({
      Labels: z.object({
        [COMPONENT_LABEL]: z.enum(OUTSIDE_COMPONENTS),
        [ADDRESS_LABEL]: z.string(),
        [PLAN_LABEL]: z.string(),
      }),
    }),
  }),
);

/** With the hash of what it was made from. */
interface FoundService {
  readonly service: OutsideService;
  readonly plan: string;
}

/**
 * Makes what is missing of all that runs beside the clusters, starts what was stopped, and resolves when each answers.
 * @throws ChaosError `config` when one that keeps data was made from something else, `platform` when one does not start or answer.
 */
export async function ensureOutside(options: OutsideOptions): Promise<readonly OutsideService[]> {
  const { images, signal, onProgress, network = NETWORK } = options;
  const subnet = await ensureNetwork(network);
  const found = await find(network);
  for (const plan of planOutside(images, subnet)) {
    signal.throwIfAborted();
    const there = found.find(({ service }) => service.component === plan.component);
    if (there !== undefined && (await isTaken(there, plan))) continue;
    onProgress(`starting ${plan.component}`);
    await make(plan, network);
  }
  onProgress('waiting until all outside of the clusters answer');
  const services = await findOutside(network);
  await awaitAnswers(services, signal);
  await makeBuckets(services, signal);
  return services;
}

/** What runs beside the clusters, also what is stopped. @throws ChaosError `platform` when Docker does not answer. */
export async function findOutside(network = NETWORK): Promise<readonly OutsideService[]> {
  return (await find(network)).map(({ service }) => service);
}

/** Ends everything in these containers at once with SIGKILL; Docker does not start them again. Undo: `startOutside`. */
export async function killOutside(services: readonly OutsideService[]): Promise<void> {
  const running = services.filter(({ state }) => state === 'running' || state === 'paused' || state === 'restarting');
  if (running.length > 0) await docker(['kill', ...running.map(({ id }) => id)]);
}

/** Starts again what was stopped; returns the names when each answers. @throws ChaosError `platform` when one does not. */
export async function startOutside(signal: AbortSignal, network = NETWORK): Promise<readonly string[]> {
  const stopped = (await findOutside(network)).filter(({ state }) => state === 'exited' || state === 'paused');
  for (const { id, state } of stopped) await docker([state === 'paused' ? 'unpause' : 'start', id]);
  if (stopped.length > 0) await awaitAnswers(await findOutside(network), signal);
  return stopped.map(({ name }) => name);
}

/** Removes it with its data. Returns how many containers went. */
export async function removeOutside(network = NETWORK): Promise<number> {
  const ids = await idsOn(network);
  if (ids.length > 0) await docker(['rm', '--force', '--volumes', ...ids]);
  return ids.length;
}

/** Takes a container as it is, or removes it when it has to be made anew. */
async function isTaken({ service: there, plan: madeFrom }: FoundService, plan: OutsidePlan): Promise<boolean> {
  const isSame = madeFrom === hashOfPlan(plan);
  if (!isSame && plan.volume !== undefined) {
    throw new ChaosError({
      code: 'config',
      message: `${there.name} was made from another image or configuration, and keeps data.`,
      tryThis: 'Make everything anew: npm run chaos -- down --platform kind, then up --platform kind',
    });
  }
  // One that was made and never started may lack its files: whoever made it was killed.
  if (!isSame || there.state === 'created' || there.state === 'dead' || there.state === 'removing') {
    await docker(['rm', '--force', '--volumes', there.id]);
    return false;
  }
  if (there.state === 'paused') await docker(['unpause', there.id]);
  if (there.state === 'exited') await docker(['start', there.id]);
  return true;
}

async function make(plan: OutsidePlan, network: string): Promise<void> {
  const name = `${network}-${plan.component}`;
  const labels = {
    [LABEL]: 'outside',
    [COMPONENT_LABEL]: plan.component,
    [NETWORK_LABEL]: network,
    [ADDRESS_LABEL]: plan.address,
    [PLAN_LABEL]: hashOfPlan(plan),
  };
  try {
    await startContainer({ plan, name, network, labels });
  } catch (cause) {
    throw new ChaosError({ code: 'platform', message: `The container ${name} could not be started.`, cause });
  }
}

async function find(network: string): Promise<readonly FoundService[]> {
  const ids = await idsOn(network);
  if (ids.length === 0) return [];
  const containers = inspected.parse(JSON.parse(await docker(['inspect', '--type', 'container', ...ids])));
  return containers.map(({ Id, Name, State, RestartCount, Config: { Labels } }) => ({
    service: {
      id: Id,
      name: Name.replace('/', ''),
      component: Labels[COMPONENT_LABEL],
      address: Labels[ADDRESS_LABEL],
      ports: OUTSIDE_PORTS[Labels[COMPONENT_LABEL]],
      state: State.Status,
      startedAt: State.StartedAt,
      pid: State.Pid,
      restarts: RestartCount,
    },
    plan: Labels[PLAN_LABEL],
  }));
}

/** By label, not by what is on the network now: one can be cut off from it. */
async function idsOn(network: string): Promise<readonly string[]> {
  const filters = ['--filter', `label=${LABEL}=outside`, '--filter', `label=${NETWORK_LABEL}=${network}`];
  const ids = await docker(['ps', '--all', '--quiet', '--no-trunc', ...filters]);
  return ids.split('\n').filter((id) => id !== '');
}
