import { z } from 'zod';
import { isReadName, keepValue } from './read-environment-value.ts';

/** Where a variable's value comes from. Of a Secret nothing but that is known. */
export type VariableSource =
  | { readonly from: 'literal'; readonly value: string }
  | { readonly from: 'config-map'; readonly configMap: string; readonly key: string }
  | { readonly from: 'secret' }
  | { readonly from: 'own-namespace' }
  /** It is set to what is not kept, or built from what is not known. */
  | { readonly from: 'elsewhere' };

export interface Variable {
  readonly name: string;
  readonly source: VariableSource;
}

/** All variables of a ConfigMap or a Secret, under names that begin with `prefix`. */
export interface VariablesFrom {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly prefix: string;
}

/** How Kubernetes asks a container how it is. Times in seconds. */
export interface ContainerProbe {
  readonly kind: 'liveness' | 'readiness' | 'startup';
  /** `GET /api/v1/health :8001`, `TCP :5432`, `exec`: neither headers nor commands, which may hold secrets. */
  readonly asks: string;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
  readonly initialDelaySeconds: number;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly ports: readonly { readonly name?: string | undefined; readonly port: number }[];
  readonly probes: readonly ContainerProbe[];
  /** Those that {@link isReadName} knows, in the order in which they are set. */
  readonly variables: readonly Variable[];
  readonly variablesFrom: readonly VariablesFrom[];
  /** Names of all ConfigMaps that any of its variables comes from, also of those whose values are not kept. */
  readonly configMaps: readonly string[];
}

const port = z.union([z.string(), z.int()]);
/** Defaults of the API: a probe that says nothing of these has them. */
const probe = z
  .object({
    httpGet: z.object({ path: z.string().optional(), port }).optional(),
    tcpSocket: z.object({ port }).optional(),
    grpc: z.object({ port: z.int() }).optional(),
    periodSeconds: z.int().default(10),
    timeoutSeconds: z.int().default(1),
    failureThreshold: z.int().default(3),
    initialDelaySeconds: z.int().default(0),
  })
  .transform(({ httpGet, tcpSocket, grpc, ...times }) => ({
    ...times,
    asks: whatIsAsked({ httpGet, tcpSocket, grpc }),
  }));

function whatIsAsked(of: {
  readonly httpGet: { readonly path?: string | undefined; readonly port: string | number } | undefined;
  readonly tcpSocket: { readonly port: string | number } | undefined;
  readonly grpc: { readonly port: number } | undefined;
}): string {
  if (of.httpGet !== undefined) return `GET ${(of.httpGet.path ?? '/').split('?')[0] ?? '/'} :${of.httpGet.port}`;
  if (of.tcpSocket !== undefined) return `TCP :${of.tcpSocket.port}`;
  return of.grpc === undefined ? 'exec' : `gRPC :${of.grpc.port}`;
}

const variable = z
  .object({
    name: z.string(),
    value: z.string().optional(),
    valueFrom: z
      .object({
        configMapKeyRef: z.object({ name: z.string().default(''), key: z.string() }).optional(),
        secretKeyRef: z.unknown().optional(),
        fieldRef: z.object({ fieldPath: z.string() }).optional(),
      })
      .optional(),
  })
  .transform(({ name, value = '', valueFrom }): Variable => {
    if (valueFrom === undefined) return { name, source: literal(name, value) };
    const { configMapKeyRef: ref, secretKeyRef, fieldRef } = valueFrom;
    if (ref !== undefined) return { name, source: { from: 'config-map', configMap: ref.name, key: ref.key } };
    if (secretKeyRef !== undefined) return { name, source: { from: 'secret' } };
    return { name, source: { from: fieldRef?.fieldPath === 'metadata.namespace' ? 'own-namespace' : 'elsewhere' } };
  });

/** A value that refers to other variables is not put together: one of them may be a secret. */
function literal(name: string, value: string): VariableSource {
  const kept = value.includes('$(') ? undefined : keepValue(name, value);
  return kept === undefined ? { from: 'elsewhere' } : { from: 'literal', value: kept };
}

const variablesFrom = z
  .object({
    prefix: z.string().default(''),
    configMapRef: z.object({ name: z.string().default('') }).optional(),
    secretRef: z.object({ name: z.string().default('') }).optional(),
  })
  .transform(({ prefix, configMapRef, secretRef }): VariablesFrom => ({
    kind: configMapRef === undefined ? 'Secret' : 'ConfigMap',
    name: (configMapRef ?? secretRef)?.name ?? '',
    prefix,
  }));

/** A port that is named is told as its number. */
function withPort(
  asks: string,
  ports: readonly { readonly name?: string | undefined; readonly containerPort: number }[],
): string {
  const [, name] = / :([\w-]+)$/.exec(asks) ?? [];
  const found = ports.find((candidate) => candidate.name === name && name !== undefined);
  return found === undefined ? asks : asks.replace(/:[\w-]+$/, `:${found.containerPort}`);
}

function configMapOf({ source }: Variable): readonly string[] {
  return source.from === 'config-map' ? [source.configMap] : [];
}

function configMapsFrom({ kind, name }: VariablesFrom): readonly string[] {
  return kind === 'ConfigMap' ? [name] : [];
}

export const containerSchema = z
  .object({
    name: z.string(),
    image: z.string().default(''),
    ports: z.array(z.object({ name: z.string().optional(), containerPort: z.int() })).default([]),
    env: z.array(variable).default([]),
    envFrom: z.array(variablesFrom).default([]),
    livenessProbe: probe.optional(),
    readinessProbe: probe.optional(),
    startupProbe: probe.optional(),
  })
  .transform((read): Container => {
    const probes = { liveness: read.livenessProbe, readiness: read.readinessProbe, startup: read.startupProbe };
    const kinds = ['liveness', 'readiness', 'startup'] as const;
    return {
      name: read.name,
      image: read.image,
      ports: read.ports.map(({ name, containerPort }) => ({ name, port: containerPort })),
      probes: kinds.flatMap((kind) => {
        const found = probes[kind];
        return found === undefined ? [] : [{ kind, ...found, asks: withPort(found.asks, read.ports) }];
      }),
      variables: read.env.filter(({ name }) => isReadName(name)),
      variablesFrom: read.envFrom,
      configMaps: [...new Set([...read.env.flatMap(configMapOf), ...read.envFrom.flatMap(configMapsFrom)])],
    };
  });
