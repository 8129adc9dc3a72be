import { connectDatabaseCluster } from '../clients/databases/connect.ts';
import type { DatabaseCluster } from '../core/database-cluster.ts';
import { ChaosError, describeError } from '../core/errors.ts';
import type { Fault, TrialContext, Wait } from '../core/scenario.ts';
import { primaryDatabaseNode } from './database-selectors.ts';
import { chooseTargets } from './selectors.ts';
import { confirmVictims } from './targets.ts';

/** Asks the database's own provider for a planned change of the primary. There is nothing to undo: the cluster stays whole. */
export function requestFailover({ when }: { readonly when: Wait }): Fault {
  let cluster: DatabaseCluster | undefined;
  const primary = primaryDatabaseNode();
  return {
    id: 'request-failover',
    component: primary.component,
    description: 'A planned change of the primary, asked of the database itself',
    needs: ['watch-instances'],
    when,
    async prepare(context: TrialContext) {
      const opened = await connectDatabaseCluster(context.stack);
      context.afterTrial('connection to the database cluster', () => opened.close());
      cluster = opened;
    },
    async plan(context) {
      const targets = await chooseTargets(primary, context);
      const asked = cluster;
      if (asked === undefined) throw new ChaosError({ code: 'internal', message: 'The fault was not prepared.' });
      let answer: Promise<string> | undefined;
      return {
        targets,
        undo: [],
        async inject() {
          // The answer comes when the change is done, which is no part of asking for it.
          answer = asked.requestFailover(context.signal);
          answer.catch(() => undefined);
          await Promise.resolve();
        },
        async gatherEvidence(report) {
          try {
            report({
              kind: 'request-accepted',
              holds: true,
              text: `the database said: ${(await answer) ?? 'nothing'}`,
            });
          } catch (error) {
            report({ kind: 'request-accepted', holds: false, text: `it was refused: ${describeError(error)}` });
          }
          confirmVictims(primary, context, targets, report);
        },
      };
    },
  };
}
