import { z } from 'zod';
import type { FaultTools } from '../../../core/fault-tools.ts';
import { isForbidden, isNotThere } from '../../kind/api-answers.ts';
import type { ReadJson } from '../read-json.ts';
import { CHAOS_KINDS, CHAOS_MESH_GROUP, CHAOS_MESH_VERSION, type ChaosKind } from './chaos-object.ts';

const LITMUS_GROUP = 'litmuschaos.io';

const groupList = z.object({ groups: z.array(z.object({ name: z.string() })) });
const resourceList = z.object({ resources: z.array(z.object({ name: z.string() })) });

/** Which tools that break things an API server serves, by its own list of APIs. That may be read by everybody who is known. */
export async function seeFaultTools(read: ReadJson): Promise<FaultTools> {
  let names: readonly string[];
  try {
    names = groupList.parse(await read('/apis')).groups.map(({ name }) => name);
  } catch (error) {
    if (isForbidden(error)) return { chaosMesh: 'unknown', chaosMeshClocks: 'unknown', litmus: 'unknown' };
    throw error;
  }
  const kinds = names.includes(CHAOS_MESH_GROUP) ? await kindsServed(read) : new Set();
  const presence = (kind: ChaosKind) => (kinds.has(CHAOS_KINDS[kind].plural) ? 'there' : 'absent');
  return {
    chaosMesh: presence('partition'),
    chaosMeshClocks: presence('clock'),
    litmus: names.includes(LITMUS_GROUP) ? 'there' : 'absent',
  };
}

/** A group may be served in another version, or without some kinds. */
async function kindsServed(read: ReadJson): Promise<ReadonlySet<string>> {
  try {
    const { resources } = resourceList.parse(await read(`/apis/${CHAOS_MESH_GROUP}/${CHAOS_MESH_VERSION}`));
    return new Set(resources.map(({ name }) => name));
  } catch (error) {
    if (isNotThere(error)) return new Set();
    throw error;
  }
}
