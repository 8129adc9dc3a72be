import pWaitFor from 'p-wait-for';
import { ChaosError } from '../../core/errors.ts';
import { openNodeSession, type NodeSession } from './node-session.ts';
import { nodesOf, type ClusterNode } from './nodes.ts';

/** Between the end of a node's processes and Docker's word that it does not run lies up to a second. */
const STATE_LAG_MS = 3000;

/** The nodes of a cluster with a shell in each that is asked for, opened once. */
export interface KindNodes {
  list(): Promise<readonly ClusterNode[]>;
  /**
   * Runs a script in a node and returns what it printed; undefined when the node does not run.
   * @throws ChaosError `platform` when the script failed.
   */
  runIn(node: string, script: string): Promise<string | undefined>;
  /** Opens a shell in every node that runs, so that none has to be waited for when something is struck. */
  warmUp(): Promise<void>;
  close(): void;
}

export function kindNodes(cluster: string): KindNodes {
  const sessions = new Map<string, Promise<NodeSession>>();

  async function stateOf(name: string): Promise<ClusterNode | undefined> {
    const node = (await nodesOf(cluster)).find((one) => one.name === name);
    return node?.state === 'running' ? node : undefined;
  }
  async function open(name: string): Promise<NodeSession> {
    const node = await stateOf(name);
    if (node !== undefined) return openNodeSession(node.id, name, () => sessions.delete(name));
    throw new ChaosError({ code: 'platform', message: `Node ${name} does not run.` });
  }
  async function sessionIn(name: string): Promise<NodeSession> {
    const opened = sessions.get(name) ?? open(name);
    sessions.set(name, opened);
    opened.catch(() => sessions.delete(name));
    return opened;
  }
  async function runIn(name: string, script: string): Promise<string | undefined> {
    const session = await sessionIn(name).catch(() => undefined);
    try {
      if (session !== undefined) return await session.run(script);
    } catch (error) {
      if (!session?.hasEnded()) throw error;
    }
    // The shell ended with its node, or by itself: which of the two shows when Docker says what became of the node.
    let printed: string | undefined;
    const isDecided = async (): Promise<boolean> => {
      if ((await stateOf(name)) === undefined) return true;
      printed = await (await sessionIn(name)).run(script);
      return true;
    };
    await pWaitFor(() => isDecided().catch(() => false), { interval: 100, timeout: STATE_LAG_MS });
    return printed;
  }
  return {
    list: () => nodesOf(cluster),
    runIn,
    async warmUp() {
      const running = (await nodesOf(cluster)).filter(({ state }) => state === 'running');
      await Promise.allSettled(running.map(({ name }) => runIn(name, 'true')));
    },
    close() {
      for (const opened of sessions.values()) void opened.then((session) => session.close()).catch(() => undefined);
    },
  };
}
