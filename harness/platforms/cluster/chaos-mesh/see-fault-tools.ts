import { z } from 'zod';
import type { FaultTools } from '../../../core/fault-tools.ts';
import { isForbidden, isNotThere } from '../../kind/api-answers.ts';
import type { ReadJson } from '../read-json.ts';
import { CHAOS_MESH_GROUP, CHAOS_MESH_VERSION, NETWORK_CHAOS } from './network-chaos.ts';

const LITMUS_GROUP = 'litmuschaos.io';

const groupList = z.object({ groups: z.array(z.object({ name: z.string() })) });
const resourceList = z.object({ resources: z.array(z.object({ name: z.string() })) });

/** Which tools that break things an API server serves, by its own list of APIs. That may be read by everybody who is known. */
export async function seeFaultTools(read: ReadJson): Promise<FaultTools> {
  let names: readonly string[];
  try {
    names = groupList.parse(await read('/apis')).groups.map(({ name }) => name);
  } catch (error) {
    if (isForbidden(error)) return { chaosMesh: 'unknown', litmus: 'unknown' };
    throw error;
  }
  return {
    chaosMesh: names.includes(CHAOS_MESH_GROUP) && (await servesNetworkChaos(read)) ? 'there' : 'absent',
    litmus: names.includes(LITMUS_GROUP) ? 'there' : 'absent',
  };
}

/** A group may be served in another version, or without this kind. */
async function servesNetworkChaos(read: ReadJson): Promise<boolean> {
  try {
    const { resources } = resourceList.parse(await read(`/apis/${CHAOS_MESH_GROUP}/${CHAOS_MESH_VERSION}`));
    return resources.some(({ name }) => name === NETWORK_CHAOS);
  } catch (error) {
    if (isNotThere(error)) return false;
    throw error;
  }
}
