import type { z } from 'zod';
import type { Reading } from '../../core/airbyte-look.ts';
import type { MonitorApi } from './monitor-api.ts';
import { publicWorkspacesReply, workspaceReply, workspacesReply } from './monitor-replies.ts';

type WorkspaceReply = z.infer<typeof workspaceReply>;

/** The most that the public API gives at a time. */
const PAGE = 100;

/**
 * The workspaces that these credentials may see, with whom they tell of failures. Up to 1.6 one call of the config API gives them all; 1.7 has taken it away, so
 * that their ids come from the public API of the same server, and each is asked for by itself.
 */
export async function listWorkspaces(api: MonitorApi): Promise<Reading<WorkspaceReply>> {
  const all = await api.post('/workspaces/list', {}, workspacesReply);
  if (all.ok) return { items: all.value.workspaces.filter(({ tombstone }) => tombstone !== true), gaps: [] };
  const isRefused = all.status !== undefined && all.status >= 400 && all.status < 500 && all.status !== 401;
  return isRefused
    ? listByPublicApi(api, all.detail)
    : { items: [], gaps: [{ sentence: `workspaces: ${all.detail}` }] };
}

async function listByPublicApi(api: MonitorApi, refusal: string): Promise<Reading<WorkspaceReply>> {
  const items = new Map<string, WorkspaceReply>();
  for (let offset = 0; ; offset += PAGE) {
    const page = await api.get(`/workspaces?limit=${PAGE}&offset=${offset}`, publicWorkspacesReply, { isPublic: true });
    if (!page.ok) {
      const sentence =
        offset === 0 ? `${refusal}, and ${page.detail}` : `after the first ${items.size}: ${page.detail}`;
      return { items: [...items.values()], gaps: [{ sentence: `workspaces: ${sentence}` }] };
    }
    const before = items.size;
    for (const { workspaceId, name } of page.value.data) {
      if (items.has(workspaceId)) continue;
      const whole = await api.post('/workspaces/get', { workspaceId }, workspaceReply);
      // Without it nothing is known of its notifications, which is what its reader is told.
      items.set(workspaceId, whole.ok ? whole.value : { workspaceId, name });
    }
    if (page.value.data.length < PAGE || items.size === before) return { items: [...items.values()], gaps: [] };
  }
}
