import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { secretsOf, type ApiCredentials } from '../../clients/monitor/api-credentials.ts';
import { basicAuthorization } from '../../core/http-basic.ts';
import { clusterConfigSchema } from '../../platforms/cluster/cluster-config.ts';
import { guardApi } from '../../platforms/cluster/guarded-api.ts';
import { CONFIG } from '../../platforms/cluster/testing/an-attempt.ts';
import { redactor } from '../../store/redaction.ts';
import { apiCredentials, healthOf } from './api-credentials.ts';

const BASIC = { kind: 'basic', username: 'canary-user', password: 'pässwort €:canary' } as const;

/** What a record keeps of a text. */
function recorded(text: string, credentials: ApiCredentials): string {
  return JSON.stringify(redactor(secretsOf(credentials))({ type: 'note', level: 'info', text, i: 0, t: 0, trial: 1 }));
}

describe('what a record keeps', () => {
  test('is neither part of HTTP Basic, nor the two together as they are sent', () => {
    const sent = basicAuthorization(BASIC.username, BASIC.password);
    const inUrl = `http://${BASIC.username}:${encodeURIComponent(BASIC.password)}@host/`;
    const alone = Buffer.from(BASIC.password).toString('base64');
    const text = recorded(`${sent} and ${inUrl} and ${BASIC.password} of ${BASIC.username} and ${alone}`, BASIC);
    expect(text).toContain('"Basic *** and http://***:***@host/ and *** of *** and ***"');
  });

  test('is the name that parts of Airbyte have in theirs, which its old versions ask for unless told otherwise', () => {
    const plain = { kind: 'basic', username: 'airbyte', password: 'canary' } as const;
    const text = recorded(`airbyte-worker-0 got ${basicAuthorization('airbyte', 'canary')}, canary`, plain);
    expect(text).toContain('"airbyte-worker-0 got Basic ***, ***"');
  });
});

describe('HTTP Basic', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chaos-credentials-'));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  async function read(username: string, password: string): Promise<ApiCredentials> {
    vi.stubEnv('API_USER', username);
    const file = join(folder, 'password');
    writeFileSync(file, password);
    const credentials = { api: { username: { env: 'API_USER' }, password: { file } } };
    const { KubeConfig } = await import('@kubernetes/client-node');
    const config = new KubeConfig();
    config.loadFromClusterAndUser(
      { name: 'none', server: 'http://127.0.0.1:9', skipTLSVerify: false },
      { name: 'nobody' },
    );
    return apiCredentials(clusterConfigSchema.parse({ ...CONFIG, credentials }), await guardApi(config));
  }

  test('is read from where it is: a line end is no part of a password, a space is', async () => {
    const credentials = await read('operator', ' pässwort € \r\n');
    expect(credentials).toEqual({ kind: 'basic', username: 'operator', password: ' pässwort € ' });
    const { url, authorization } = healthOf(new URL('https://host/api/v1'), credentials);
    expect(url).toBe('https://host/api/v1/health');
    expect(authorization).toBe(`Basic ${Buffer.from('operator: pässwort € ').toString('base64')}`);
  });

  test.each([
    ['a username with a colon', 'canary:user', 'x', 'credentials.api.username: What is there has a colon'],
    ['a password of two lines', 'operator', 'canary\nx', 'credentials.api.password: What is there has control'],
    ['a password that is empty', 'operator', '\n', 'credentials.api.password: '],
  ])('%s is refused, and not repeated', async (_what, username, password, says) => {
    const failure: unknown = await read(username, password).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'config', message: expect.stringContaining(says) });
    expect(String(failure)).not.toContain('canary');
  });
});
