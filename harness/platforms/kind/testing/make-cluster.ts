/** Makes a cluster as a process of its own, for tests that kill it. Argument: the name. Prints each step. */
import { ensureCluster } from '../clusters.ts';
import { prepareKindTools } from '../tools.ts';

const { signal } = new AbortController();
const onProgress = (text: string): void => console.log(text);
const tools = await prepareKindTools(onProgress, signal);
await ensureCluster(
  { name: process.argv[2] ?? '', config: 'dr.yaml', hasWorkers: false },
  { tools, signal, onProgress },
);
