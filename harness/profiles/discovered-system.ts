import type { FaultTools } from '../core/fault-tools.ts';
import type { RetryPolicy } from '../core/objective.ts';
import type { Component, Generation } from './component.ts';
import type { ContainerProbe } from './objects/container.ts';
import type { Labels } from './objects/metadata.ts';

/** One component and what runs it. */
export interface MappedComponent {
  readonly component: Component;
  readonly workload: { readonly kind: string; readonly name: string };
  /** What it was recognised by. */
  readonly because: readonly string[];
  /** What speaks for another component and was outweighed. */
  readonly despite: readonly string[];
  /** Labels that select its pods. */
  readonly selector: Labels;
  readonly replicas: { readonly wanted: number; readonly ready: number };
  /** Pods that its selector selects now, by phase. */
  readonly pods: Readonly<Record<string, number>>;
  /** Runs to its end and is not started again. */
  readonly isOneOff: boolean;
  readonly containers: readonly { readonly name: string; readonly image: string; readonly ports: readonly number[] }[];
  readonly probes: readonly (ContainerProbe & { readonly container: string })[];
  readonly strategy: string | undefined;
  readonly minReadySeconds: number;
  /** Services that lead to it: `airbyte-temporal:7233`. */
  readonly endpoints: readonly string[];
  readonly autoscaler: { readonly name: string; readonly min: number; readonly max: number } | undefined;
  readonly budget: { readonly name: string; readonly allows: string } | undefined;
}

/** What the system uses and its release does not run. */
export interface ExternalService {
  readonly what: 'database' | 'object-store' | 'temporal' | 'control-plane';
  /** `host:port` as the environment has it; undefined for a cloud's own store, which has no address there. */
  readonly address: string | undefined;
  /** Where it is: `PostgreSQL outside of the cluster`, `S3`, `Temporal Cloud`. */
  readonly where: string;
  /** Which variable of whom said so. */
  readonly because: string;
}

/** What could not be mapped, and why. */
export interface Unmapped {
  /** `Deployment/name`, or a component that has to be somewhere. */
  readonly what: string;
  readonly reason: string;
}

/** How failed syncs are tried again, as the worker is configured. */
export interface DiscoveredRetryPolicy {
  /** Undefined where it cannot be told. */
  readonly policy: RetryPolicy | undefined;
  /** One sentence for people. */
  readonly summary: string;
  /** Values that are set and not the defaults, and what cannot be told. */
  readonly notes: readonly string[];
}

/** A time that bounds how soon a failure is noticed or answered, in seconds. */
export interface Timer {
  readonly id: string;
  readonly what: string;
  readonly seconds: { readonly low: number; readonly high: number };
  /** `default of Airbyte ≥ 1.4`, `WORKLOAD_… of the worker`. */
  readonly source: string;
}

export interface DiscoveredSystem {
  readonly namespace: string;
  /** Undefined for what was not installed as a release. */
  readonly release: string | undefined;
  readonly generation: { readonly is: Generation | 'unknown'; readonly because: readonly string[] };
  readonly chartVersion: string | undefined;
  readonly appVersion: string | undefined;
  readonly components: readonly MappedComponent[];
  readonly external: readonly ExternalService[];
  /** Who starts scheduled syncs, in one sentence. */
  readonly scheduling: { readonly by: readonly Component[]; readonly how: string };
  readonly retry: DiscoveredRetryPolicy;
  readonly monitor: { readonly is: 'on' | 'off' | 'none' | 'unknown'; readonly because: string };
  readonly timers: readonly Timer[];
  readonly jobPods: {
    readonly total: number;
    readonly replication: number;
    readonly byPhase: Readonly<Record<string, number>>;
    /** Where they are made. */
    readonly namespace: string;
    /** Whether a sync runs in pods that outlive the worker that started it; undefined where that cannot be told. */
    readonly outliveWorker: boolean | undefined;
    readonly notes: readonly string[];
  };
  readonly unmapped: readonly Unmapped[];
  /** What was not read, so that its absence is not known. */
  readonly unread: readonly { readonly kind: string; readonly why: string }[];
  /** Of the release, and by its own word no part of the running system: tests of the chart. */
  readonly aside: readonly string[];
  /** Workloads of the namespace that are not of this release. */
  readonly foreign: readonly string[];
  readonly faultTools: FaultTools;
}
