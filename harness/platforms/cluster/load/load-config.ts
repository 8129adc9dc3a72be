/** `load`: requests on Airbyte's API from pods of the cluster, by the k6 operator. */
import { z } from 'zod';
import { filled, type Reference } from '../config-reference.ts';

export const clusterLoad = z
  .strictObject({
    ratePerSecond: z.int().min(1).max(2000).describe('requests a second, of all runners together'),
    runners: z.int().min(1).max(50).default(1).describe('pods that send them, on as many machines as there are'),
    image: filled
      .optional()
      .describe('of k6, 0.57 or newer, since the script is TypeScript; without it the one that the operator takes'),
    starterImage: filled
      .optional()
      .describe(
        'with sh and curl, which tells the runners to begin; without it the one that the operator takes (ghcr.io/grafana/k6-operator:latest-starter)',
      ),
    url: z
      .url({ protocol: /^https?$/, error: 'is no URL' })
      .optional()
      .describe('where Airbyte’s API is reached from pods of the namespace; without it endpoints.api'),
  })
  .refine(
    ({ ratePerSecond, runners }) => ratePerSecond >= runners,
    'takes at least one request a second for each runner',
  )
  .describe(
    'reading requests on the API while a run takes something away, where the k6 operator is installed; none without it',
  );
export type ClusterLoad = z.infer<typeof clusterLoad>;

/** What of a configuration a load is made from. */
export interface LoadSettings {
  readonly load?: ClusterLoad | undefined;
  readonly endpoints: { readonly api?: string | undefined };
  readonly credentials: { readonly api?: Readonly<Record<string, Reference | undefined>> | undefined };
}

/** What keeps runners from reaching the API, each with its place in the configuration. */
export function whyNoLoad({
  load,
  endpoints,
  credentials,
}: LoadSettings): readonly { path: string[]; message: string }[] {
  if (load === undefined) return [];
  const url = load.url ?? endpoints.api;
  const isHere = url === undefined || /^(localhost|127\.|\[::1\]|0\.0\.0\.0)/.test(new URL(url).hostname);
  return [
    ...(isHere
      ? [
          {
            path: ['load', 'url'],
            message:
              'is missing: pods cannot reach the API at endpoints.api; name its Service, as http://airbyte-airbyte-server-svc:8001',
          },
        ]
      : []),
    ...Object.entries(credentials.api ?? {}).flatMap(([name, reference]) =>
      reference === undefined || reference.secret !== undefined
        ? []
        : [
            {
              path: ['credentials', 'api', name],
              message: 'is needed by pods too where there is load: name a secret of the namespace',
            },
          ],
    ),
  ];
}
