import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { clusterConfigSchema } from '../platforms/cluster/cluster-config.ts';
import { renderConfig, type Proposal } from './cluster-config-text.ts';
import { namedCredentials } from './named-credentials.ts';

const PROPOSAL: Proposal = {
  cluster: {
    context: 'staging',
    server: 'https://127.0.0.1:6443',
    kubeSystemUid: '0f3c1c2e-5c0b-4d0e-9f43-6a3f3f0a9b11',
  },
  kubeconfig: undefined,
  namespace: 'airbyte',
  release: 'airbyte',
  profile: 'airbyte-v2',
  system: {
    components: [],
    appVersion: '2.1.0',
    faultTools: { chaosMesh: 'absent', chaosMeshClocks: 'absent', litmus: 'absent' },
  },
  scenarios: [],
  components: [],
  api: 'http://127.0.0.1:8001',
  credentials: {},
  wantsBasic: false,
  chaosMesh: false,
};

/** The credentials of the file that is written. */
function written(proposal: Partial<Proposal>): unknown {
  return clusterConfigSchema.parse(parse(renderConfig({ ...PROPOSAL, ...proposal }))).credentials.api;
}

test('without a word the credentials of the installation are named, where there are some', () => {
  expect(written({})).toMatchObject({ clientId: { secret: { name: 'airbyte-auth-secrets' } } });
  expect(written({ profile: 'airbyte-legacy' })).toBeUndefined();
});

test('what was said is written as it is read, whatever the names are', () => {
  const credentials = namedCredentials({
    usernameFrom: 'secret:airbyte-basic-auth/user: name',
    passwordFrom: 'file:C:\\pass word',
  });
  expect(written({ credentials, profile: 'airbyte-legacy' })).toEqual({
    username: { secret: { name: 'airbyte-basic-auth', key: 'user: name' } },
    password: { file: 'C:\\pass word' },
  });
  expect(written({ credentials: namedCredentials({ tokenFrom: 'env:TOKEN' }) })).toEqual({ token: { env: 'TOKEN' } });
});

test('where HTTP Basic is asked for and nobody said where it is, nothing else is written in its place', () => {
  expect(written({ wantsBasic: true })).toBeUndefined();
  const text = renderConfig({ ...PROPOSAL, wantsBasic: true });
  const proposed = text.replace('# credentials: {', 'credentials: {');
  expect(clusterConfigSchema.parse(parse(proposed)).credentials.api).toMatchObject({ username: {}, password: {} });
});

test.each([
  ['what is no place', { usernameFrom: 'canary', passwordFrom: 'env:A' }, '--username-from wants env:NAME, file:PATH'],
  ['a secret without a key', { tokenFrom: 'secret:canary' }, '--token-from wants '],
  ['half of it', { passwordFrom: 'env:A' }, '--username-from and --password-from go together'],
])('%s is refused, and not repeated', (_what, options, says) => {
  expect(() => namedCredentials(options)).toThrow(says);
  expect(() => namedCredentials(options)).not.toThrow('canary');
});
