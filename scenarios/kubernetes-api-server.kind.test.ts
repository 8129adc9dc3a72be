import { readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import pWaitFor from 'p-wait-for';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IS_SHORT, ONLY_LONG } from '../harness/cli/testing/long-test.ts';
import {
  makeWorkplace,
  newestRecord,
  rootCauses,
  runForJournal,
  startChaos,
  type Workplace,
} from '../harness/cli/testing/run-chaos.ts';
import { PRIMARY } from '../harness/platforms/kind/clusters.ts';
import { whyNotHere } from '../harness/platforms/kind/testing/kind-here.ts';

const ON_KIND = ['--platform', 'kind'];
const CONTROL_PLANE = `${PRIMARY.name}-control-plane`;
/** In the control plane's own kubectl: as somebody whom no limit concerns. */
const AS_SUPER_ADMIN = 'kubectl --kubeconfig /etc/kubernetes/super-admin.conf';
/**
 * The API server's own Priority and Fairness gives the harness's user no seat and no queue: each of its requests is answered 429 at once, and
 * nobody else's.
 */
const NO_SEAT = `
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: PriorityLevelConfiguration
metadata: {name: no-seat}
spec:
  type: Limited
  limited: {nominalConcurrencyShares: 0, borrowingLimitPercent: 0, lendablePercent: 0, limitResponse: {type: Reject}}
---
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: FlowSchema
metadata: {name: no-seat}
spec:
  matchingPrecedence: 2
  priorityLevelConfiguration: {name: no-seat}
  rules:
  - subjects: [{kind: User, user: {name: kubernetes-admin}}]
    resourceRules: [{verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'], clusterScope: true}]
    nonResourceRules: [{verbs: ['*'], nonResourceURLs: ['*']}]
`;
/** How long the trouble lasts once the harness has met it. */
const LASTS_MS = 10_000;
const reason = IS_SHORT ? ONLY_LONG : await whyNotHere();

/** Nothing may come of it but notes: the real API server refuses what the harness asks. */
describe.skipIf(reason !== undefined)(
  `an API server in trouble${reason === undefined ? '' : ` (not here: ${reason})`}`,
  () => {
    let place: Workplace;
    const inControlPlane = async (script: string, input = ''): Promise<unknown> =>
      execa('docker', ['exec', '--interactive', CONTROL_PLANE, 'sh', '-c', script], { input });

    beforeAll(async () => {
      place = makeWorkplace();
      const up = await startChaos(place, ['up', ...ON_KIND]);
      if (up.exitCode !== 0) throw new Error(`the cluster did not come up: ${up.stderr}`);
    });
    afterAll(async () => {
      const down = await startChaos(place, ['down', ...ON_KIND]);
      place.remove();
      if (down.exitCode !== 0) throw new Error(`the cluster is not gone: ${down.stderr}`);
    });

    test('that answers 429 to everything while a machine is drained costs notes and nothing else', async () => {
      const earlier = readdirSync(place.reports);
      const record = (): string => newestRecord(place, 'drain', earlier);
      const running = runForJournal(place, ['drain', ...ON_KIND]);
      const notes = (): string[] =>
        record()
          .split('\n')
          .filter((line) => line.includes('"type":"note"'));
      // It strikes some seconds after the first records have arrived.
      await pWaitFor(() => record().includes('"type":"delivery"'), { interval: 50, timeout: 240_000 });
      await inControlPlane(`${AS_SUPER_ADMIN} apply --filename -`, NO_SEAT);
      const isMet = (): boolean => notes().some((note) => note.includes('cannot be asked'));
      // Also where it is never met: a run that is left alone would outlive its test.
      await pWaitFor(isMet, { interval: 50, timeout: 60_000 }).catch(() => undefined);
      await pause(LASTS_MS);
      await inControlPlane(`${AS_SUPER_ADMIN} delete --filename -`, NO_SEAT);
      const { journal } = await running;
      expect(rootCauses(journal)).toEqual([]);
      expect(notes().join('\n')).toContain('429 Too Many Requests');
      expect(notes().join('\n')).toContain('can be asked again');
      expect(journal.verdict).toBe('pass');
    });
  },
);
