import type { DatabaseCluster } from '../../core/database-cluster.ts';
import { ChaosError } from '../../core/errors.ts';

/** How a person names a database; which of these a provider needs is the provider's own matter. */
export interface DatabaseAddress {
  /** The name that the provider knows it by. */
  readonly name: string;
  readonly endpoint?: string;
  readonly region?: string;
  readonly project?: string;
  /** Where credentials and defaults are found; never part of an address that is written down. */
  readonly environment: NodeJS.ProcessEnv;
}

type ProviderLoader = (address: DatabaseAddress) => Promise<DatabaseCluster>;

/** The providers, each loaded when it is asked for: the AWS SDK alone takes longer to load than the rest of the harness. */
export const databaseProviders = {
  rds: async ({ name, region, endpoint }) => {
    const { connectRds } = await import('./rds.ts');
    return connectRds({
      name,
      ...(region === undefined ? {} : { region }),
      ...(endpoint === undefined ? {} : { endpoint }),
    });
  },
  'cloud-sql': async ({ name, endpoint, environment, ...address }) => {
    const { connectCloudSql } = await import('./cloud-sql.ts');
    const project = address.project ?? environment['GOOGLE_CLOUD_PROJECT'];
    if (project === undefined || project === '') {
      throw new ChaosError({
        code: 'usage',
        message: 'A Cloud SQL instance is named by its project and its name; there is no project.',
        tryThis: 'Add --project, or set GOOGLE_CLOUD_PROJECT.',
      });
    }
    const accessToken = environment['CLOUDSDK_AUTH_ACCESS_TOKEN'];
    return connectCloudSql({
      name,
      project,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(accessToken === undefined || accessToken === '' ? {} : { accessToken }),
    });
  },
} as const satisfies Partial<Record<DatabaseCluster['id'], ProviderLoader>>;

type ProviderId = keyof typeof databaseProviders;

/** @throws ChaosError `usage` for a provider that there is not, or an address that lacks something. */
export async function connectDatabase(provider: string, address: DatabaseAddress): Promise<DatabaseCluster> {
  if (isProvider(provider)) return databaseProviders[provider](address);
  throw new ChaosError({
    code: 'usage',
    message: `There is no database provider "${provider}".`,
    tryThis: `There are: ${Object.keys(databaseProviders).join(', ')}.`,
  });
}

function isProvider(text: string): text is ProviderId {
  return Object.hasOwn(databaseProviders, text);
}
