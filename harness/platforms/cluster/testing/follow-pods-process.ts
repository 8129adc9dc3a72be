/** Follows the pods of a namespace once in a process of its own, for tests of what that takes: prints how many it knows, and how long the first list took, in ms. */
import { chooseCluster } from '../choose-cluster.ts';
import { JOB_POD } from '../existing-instance.ts';
import { followPods } from '../existing-pods.ts';
import { guardApi } from '../guarded-api.ts';

const [kubeconfig = '', namespace = ''] = process.argv.slice(2);
const { config } = await chooseCluster({ kubeconfig });
const api = await guardApi(config);
const startedAt = performance.now();
const members = [{ component: JOB_POD, selector: { airbyte: JOB_POD } }];
const signal = AbortSignal.timeout(120_000);
const pods = await followPods(api, { namespace, members, host: 'none', signal });
process.stdout.write(JSON.stringify({ known: pods.all().length, ms: performance.now() - startedAt }));
pods.stop();
