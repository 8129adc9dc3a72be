import type { CoreV1Api, CustomObjectsApi } from '@kubernetes/client-node';
import { z } from 'zod';

/** Between two looks, in milliseconds. */
const EVERY_MS = 50;
const FINALIZER = 'chaos-mesh/records';
const MESH = { group: 'chaos-mesh.org', version: 'v1alpha1' };

/**
 * `works`; `idle`: nobody does anything; `fails`: the daemon on the machine cannot be asked; `pretends`: it says that it has done it, and has not; `stuck`: what
 * is broken cannot be recovered.
 */
export type Behaviour = 'works' | 'idle' | 'fails' | 'pretends' | 'stuck';

export interface StandInChaosMesh {
  behave(how: Behaviour): void;
  stop(): Promise<void>;
}

const record = z.looseObject({ id: z.string(), phase: z.string(), events: z.array(z.unknown()).default([]) });
const chaos = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    creationTimestamp: z.string(),
    deletionTimestamp: z.string().optional(),
    finalizers: z.array(z.string()).optional(),
  }),
  spec: z.looseObject({
    duration: z.string(),
    selector: z.object({ pods: z.record(z.string(), z.array(z.string())) }),
  }),
  status: z
    .looseObject({ experiment: z.looseObject({ containerRecords: z.array(record).optional() }).prefault({}) })
    .prefault({}),
});
type Chaos = z.infer<typeof chaos>;

export interface StandInOptions {
  readonly custom: CustomObjectsApi;
  readonly namespace: string;
  /** `networkchaos` */
  readonly plural: string;
  /** What would be seen of the pod from then on, broken or recovered. */
  readonly show: (pod: string, isBroken: boolean) => Promise<void>;
}

/** What a kubelet says of a pod whose probes do not get through, or do again: no packet is dropped. */
export function callReady(core: CoreV1Api, namespace: string): StandInOptions['show'] {
  return async (name, isBroken) => {
    const value = isBroken ? 'False' : 'True';
    const body = [{ op: 'replace', path: '/status/conditions', value: [{ type: 'Ready', status: value }] }];
    await core.patchNamespacedPodStatus({ name, namespace, body }).catch(() => undefined);
  };
}

/**
 * Does to objects of a kind what Chaos Mesh's controllers do (controllers/common at 47411975: finalizers, desiredphase, records, condition), each look one step of one
 * record, and has shown what would then be seen.
 */
export function standInChaosMesh({ custom, namespace, plural, show }: StandInOptions): StandInChaosMesh {
  const KIND = { ...MESH, plural };
  let behaviour: Behaviour = 'works';
  const stopping = new AbortController();

  async function look(): Promise<void> {
    if (behaviour === 'idle') return;
    const list: unknown = await custom.listNamespacedCustomObject({ ...KIND, namespace });
    const { items } = z.object({ items: z.array(chaos) }).parse(list);
    for (const one of items) await reconcile(one).catch(() => undefined); // it changed meanwhile
  }
  async function reconcile(one: Chaos): Promise<void> {
    const isDeleted = one.metadata.deletionTimestamp !== undefined;
    const { finalizers = [] } = one.metadata;
    if (!isDeleted && !finalizers.includes(FINALIZER)) {
      return replace({ ...one, metadata: { ...one.metadata, finalizers: [FINALIZER] } });
    }
    const seconds = Number(/^(\d+)s$/.exec(one.spec.duration)?.[1]);
    const isOver = Date.parse(one.metadata.creationTimestamp) + seconds * 1000 < Date.now();
    const desiredPhase = isDeleted || isOver ? 'Stop' : 'Run';
    const before = one.status.experiment.containerRecords ?? select(one);
    const records = await Promise.all(before.map((each) => step(each, desiredPhase)));
    if (isDeleted && records.every(({ phase }) => phase === 'Not Injected')) {
      return replace({ ...one, metadata: { ...one.metadata, finalizers: [] } });
    }
    const conditions = [
      ['Selected', records.length > 0],
      ['AllInjected', records.length > 0 && records.every(({ phase }) => phase === 'Injected')],
      // Also of what was never injected.
      ['AllRecovered', records.length > 0 && records.every(({ phase }) => phase === 'Not Injected')],
      ['Paused', false],
    ].map(([type, holds]) => ({ type, status: holds === true ? 'True' : 'False' }));
    const status = { conditions, experiment: { desiredPhase, containerRecords: records } };
    if (JSON.stringify(status) !== JSON.stringify(one.status)) await replace({ ...one, status });
  }
  async function step(
    { phase, ...rest }: z.infer<typeof record>,
    desired: 'Run' | 'Stop',
  ): Promise<z.infer<typeof record>> {
    const isThere = desired === 'Run' ? phase === 'Injected' : phase === 'Not Injected';
    if (isThere) return { ...rest, phase };
    if (behaviour === 'fails' || (behaviour === 'stuck' && desired === 'Stop')) {
      const operation = desired === 'Run' ? 'Apply' : 'Recover';
      const failed = {
        type: 'Failed',
        operation,
        message: 'chaos-daemon is not there',
        timestamp: '2026-11-28T00:00:00Z',
      };
      return { ...rest, phase: phase === 'Not Injected' ? 'Not Injected/Wait' : phase, events: [failed] };
    }
    // A record that waits for its daemon is finished first: it never turns round half-way.
    if (phase === 'Not Injected') return { ...rest, phase: desired === 'Run' ? 'Not Injected/Wait' : phase };
    if (phase === 'Injected') return { ...rest, phase: 'Injected/Wait' };
    const isInjected = phase === 'Not Injected/Wait';
    if (behaviour !== 'pretends') await show(rest.id.split('/')[1] ?? '', isInjected);
    return { ...rest, phase: isInjected ? 'Injected' : 'Not Injected' };
  }
  async function replace(body: Chaos): Promise<void> {
    await custom.replaceNamespacedCustomObject({ ...KIND, namespace, name: body.metadata.name, body });
  }

  const done = (async () => {
    while (!stopping.signal.aborted) {
      await look().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  })();
  return {
    behave: (how) => void (behaviour = how),
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

function select({ spec }: Chaos): readonly z.infer<typeof record>[] {
  return Object.entries(spec.selector.pods).flatMap(([namespace, names]) =>
    names.map((name) => ({
      id: `${namespace}/${name}`,
      selectorKey: '.',
      phase: 'Not Injected',
      injectedCount: 0,
      recoveredCount: 0,
      events: [],
    })),
  );
}
