import type { CoreV1Api, V1Pod } from '@kubernetes/client-node';
import { trimPod } from './existing-instance.ts';
import { releaseMemory } from '../../core/release-memory.ts';

/** Pods of one page: what a page takes is given back before the next. */
const PAGE = 50;
/** After so many pages it is given back. */
const PAGES_KEPT = 5;

/** The pods of a namespace, or those of them that a selector selects, trimmed and read page by page. */
export async function listPods(
  core: Pick<CoreV1Api, 'listNamespacedPod'>,
  where: { readonly namespace: string; readonly labelSelector?: string },
): Promise<{ items: V1Pod[]; metadata: { resourceVersion?: string } }> {
  const items: V1Pod[] = [];
  let from: string | undefined;
  for (let pages = 1; ; pages += 1) {
    const page = await core.listNamespacedPod({
      ...where,
      limit: PAGE,
      ...(from === undefined ? {} : { _continue: from }),
    });
    items.push(...page.items.map(trimPod));
    const { _continue: next, resourceVersion } = page.metadata ?? {};
    // All pages of a list are of the moment of its first one.
    if (next === undefined || next === '')
      return { items, metadata: resourceVersion === undefined ? {} : { resourceVersion } };
    from = next;
    if (pages % PAGES_KEPT === 0) releaseMemory();
  }
}
