import { expect, test } from 'vitest';
import { sortWeaknesses } from './weaknesses.ts';

test('weaknesses of the manifests are told from those of the processes', () => {
  expect(sortWeaknesses(['no_retries', 'autoscaler_of_nothing', 'budgets_promise_nothing'])).toEqual({
    ofManifests: ['components/weaknesses/autoscaler_of_nothing', 'components/weaknesses/budgets_promise_nothing'],
    ofCluster: [],
    ofProcesses: ['no_retries'],
  });
  expect(sortWeaknesses(['dns_on_one_node', 'toString'])).toMatchObject({
    ofCluster: ['dns_on_one_node'],
    ofProcesses: ['toString'],
  });
});

test('a name that leads out of the folder is no weakness of the manifests', () => {
  expect(sortWeaknesses(['../backups', '.', '']).ofManifests).toEqual([]);
});
