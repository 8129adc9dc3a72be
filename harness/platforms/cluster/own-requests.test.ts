import { beforeEach, expect, test } from 'vitest';
import { ApiException } from '@kubernetes/client-node';
import { ChaosError } from '../../core/errors.ts';
import { objectMaker, type ObjectMaker } from './own-requests.ts';

/* How it could lie: take what was refused for what may be made yet, or the other way round; keep the reason to itself. */

let maker: ObjectMaker;
beforeEach(() => {
  maker = objectMaker();
});

/** What becomes of an object whose making is answered so. */
async function refusal(code: number, message: string): Promise<ChaosError> {
  const body = JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code });
  const said = { message: 'It was not made.', tryThis: 'Look at its webhook.' };
  const error: unknown = await maker
    .make(said, async () => Promise.reject(new ApiException(code, 'no', body, {})))
    .catch((cause: unknown) => cause);
  if (error instanceof ChaosError) return error;
  throw new Error('it was made');
}

test('a webhook that cannot be asked is told to the last word: which one, and why', async () => {
  const url = 'https://chaos-mesh-controller-manager.chaos-mesh.svc:443/mutate-chaos-mesh-org-v1alpha1-networkchaos';
  const why = 'dial tcp 10.96.12.34:443: connect: connection refused';
  const { message, lastState, tryThis } = await refusal(
    500,
    `Internal error occurred: failed calling webhook "mnetworkchaos.kb.io": failed to call webhook: Post "${url}?timeout=5s": ${why}`,
  );
  expect([message, tryThis]).toEqual(['It was not made.', 'Look at its webhook.']);
  expect(lastState).toMatch(/^500 Internal Server Error: .*failed calling webhook "mnetworkchaos\.kb\.io"/);
  expect(lastState?.endsWith(why)).toBe(true);
  expect(maker.isUnclear()).toBe(true);
});

test('what a webhook has denied is not made', async () => {
  const { lastState } = await refusal(403, 'admission webhook "vauth.kb.io" denied the request: it is forbidden');
  expect(lastState).toBe('403 Forbidden: admission webhook "vauth.kb.io" denied the request: it is forbidden');
  expect(maker.isUnclear()).toBe(false);
});
