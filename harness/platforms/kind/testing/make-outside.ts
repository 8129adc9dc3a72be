/** Makes what is outside of the clusters as a process of its own, for tests that kill it. Argument: the network. Prints each step. */
import { ensureOutside } from '../outside.ts';
import { prepareKindTools } from '../tools.ts';

const { signal } = new AbortController();
const onProgress = (text: string): void => console.log(text);
const { outsideImages: images } = await prepareKindTools(() => undefined, signal);
await ensureOutside({ images, signal, onProgress, network: process.argv[2] ?? '' });
