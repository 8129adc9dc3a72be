import { z } from 'zod';
import { ChaosError, describeError } from '../../core/errors.ts';
import { componentState } from '../../core/event-fields.ts';
import type { Instance, StackUsage } from '../../core/platform.ts';

const instance = z
  .object({
    name: z.string(),
    component: z.string(),
    state: componentState,
    ready: z.boolean(),
    pid: z.int().nullish(),
    startTicks: z.int().nullish(),
    restarts: z.int(),
    detail: z.string().nullish(),
    ports: z.record(z.string(), z.int()).default({}),
    expected: z.boolean(),
  })
  .transform((raw): Instance => ({
    name: raw.name,
    component: raw.component,
    state: raw.state,
    ready: raw.ready,
    restarts: raw.restarts,
    isExpected: raw.expected,
    host: '127.0.0.1',
    ports: raw.ports,
    ...(raw.pid == null ? {} : { pid: raw.pid }),
    ...(raw.startTicks == null ? {} : { startTicks: raw.startTicks }),
    ...(raw.detail == null ? {} : { detail: raw.detail }),
    ...(raw.ports['http'] === undefined ? {} : { url: `http://127.0.0.1:${raw.ports['http']}` }),
  }));

const stackStatus = z.object({
  stackId: z.string(),
  state: z.enum(['starting', 'ready', 'stopping', 'failed']),
  error: z.string().nullish(),
  progress: z.object({ text: z.string() }).nullish(),
  details: z.record(z.string(), z.string()),
  settings: z.record(z.string(), z.string()).default({}),
  owner: z.object({ id: z.string() }).nullable(),
  instances: z.array(instance),
  services: z.array(z.object({ name: z.string(), host: z.string(), port: z.int() })),
});
export type StackStatus = z.infer<typeof stackStatus>;

const liveness = z.object({ instances: z.array(z.object({ name: z.string(), live: z.boolean() })) });
const usage = z.object({ memoryBytes: z.number(), cpuSeconds: z.number(), processes: z.int() });
const watchLine = z.object({ type: z.literal('instance'), instance });

/** Calls to the control API of a supervisor (fixtures/README.md). Every call throws ChaosError `platform`. */
export class SupervisorApi {
  readonly #base: string;

  constructor(controlPort: number) {
    this.#base = `http://127.0.0.1:${controlPort}/v1`;
  }

  async status(): Promise<StackStatus> {
    return stackStatus.parse(await this.#call('GET', '/stack'));
  }

  /** True when the instance answers its liveness probe. */
  async isLive(name: string): Promise<boolean> {
    const { instances } = liveness.parse(await this.#call('GET', '/stack'));
    return instances.some((one) => one.name === name && one.live);
  }

  async usage(): Promise<StackUsage> {
    return usage.parse(await this.#call('GET', '/usage'));
  }

  /** The site and how far its recovery is. */
  site(): Promise<unknown> {
    return this.#call('GET', '/site');
  }

  renewOwner(id: string, ttlSeconds: number): Promise<unknown> {
    return this.#call('POST', '/owner', { id, ttlSeconds });
  }

  dropOwner(): Promise<unknown> {
    return this.#call('DELETE', '/owner');
  }

  /** From now on the supervisor leaves the instance to itself, until it is started again. */
  holdInstance(name: string): Promise<unknown> {
    return this.#call('POST', `/instances/${encodeURIComponent(name)}/hold`, {});
  }

  /** Replaces the instances of a component one after the other; returns before it is done. */
  restartComponent(name: string): Promise<unknown> {
    return this.#call('POST', `/components/${encodeURIComponent(name)}/restart`, {});
  }

  startInstance(name: string): Promise<unknown> {
    return this.#call('POST', `/instances/${encodeURIComponent(name)}/start`, {});
  }

  down(): Promise<unknown> {
    return this.#call('POST', '/down', {});
  }

  /** Hands on every change of an instance until the signal aborts. */
  async watch(onChange: (changed: Instance) => void, signal: AbortSignal): Promise<void> {
    const response = await fetch(`${this.#base}/watch`, { signal });
    if (response.body === null)
      throw new ChaosError({ code: 'platform', message: 'The watch of the stack has no content.' });
    let rest = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body) {
      rest += decoder.decode(chunk, { stream: true });
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      for (const text of lines) {
        const parsed = watchLine.safeParse(JSON.parse(text));
        if (parsed.success) onChange(parsed.data.instance);
      }
    }
    throw new ChaosError({ code: 'platform', message: 'The supervisor of the stack ended the watch.' });
  }

  async #call(method: string, path: string, body?: unknown): Promise<unknown> {
    try {
      const response = await fetch(this.#base + path, {
        method,
        signal: AbortSignal.timeout(10_000),
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`it answered ${response.status}: ${text.slice(0, 200)}`);
      return text === '' ? undefined : JSON.parse(text);
    } catch (cause) {
      throw new ChaosError({
        code: 'platform',
        message: `${method} ${path} of the supervisor failed: ${describeError(cause)}.`,
        cause,
      });
    }
  }
}
