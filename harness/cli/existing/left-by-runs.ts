import { ChaosError } from '../../core/errors.ts';
import { chooseCluster } from '../../platforms/cluster/choose-cluster.ts';
import type { ClusterConfig } from '../../platforms/cluster/cluster-config.ts';
import { guardApi } from '../../platforms/cluster/guarded-api.ts';
import { ofCluster } from '../../platforms/cluster/policy.ts';
import { seeCluster } from '../../platforms/cluster/see-cluster.ts';
import { isLockHeld } from '../../runner/run-lock.ts';
import { UndoJournal } from '../../runner/undo-journal.ts';

/** What is there of another run keeps a run from beginning: it may go on elsewhere, and what a dead one left is not another's to keep. `message` names it. */
export function leftByAnother(message: string): ChaosError {
  const isKnownHere = UndoJournal.unfinished().some(({ runId }) => asInNames(message).includes(asInNames(runId)));
  return new ChaosError({
    code: 'cleanup-needed',
    message,
    tryThis:
      isKnownHere && !isLockHeld()
        ? 'That run ended on this machine without undoing what it did. Put everything right with: npm run chaos -- cleanup'
        : 'Where that run goes on elsewhere, wait for its end. Else: npm run chaos -- cleanup, where it ran; from any machine: npm run chaos -- cleanup --config FILE.',
  });
}

/** Names of objects in Kubernetes have small letters and no underscores. */
function asInNames(text: string): string {
  return text.toLowerCase().replaceAll('_', '-');
}

/** Where runs may have left something, by what the configuration says today. @throws ChaosError `refused` where its context leads to another cluster. */
export async function placeToCleanUp(config: ClusterConfig) {
  const { namespace } = config;
  const chosen = await chooseCluster(config.cluster);
  const api = await guardApi(chosen.config);
  const cluster = await seeCluster(chosen, api.core, namespace);
  const [refusal] = ofCluster(config, { cluster });
  // Of another cluster an empty list would look as if all were removed.
  if (refusal !== undefined) throw new ChaosError({ code: 'refused', message: refusal.text, tryThis: refusal.tryThis });
  return { api, namespace, config, cluster };
}
