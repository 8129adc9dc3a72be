import { vi } from 'vitest';

/** Made-up credentials in the environment, and nothing of the machine's own: no profile, no role, no metadata service. */
export function stubAwsEnvironment(credentials?: {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}): void {
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_PROFILE', undefined);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent');
  vi.stubEnv('AWS_ACCESS_KEY_ID', credentials?.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials?.secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', credentials?.sessionToken);
}
