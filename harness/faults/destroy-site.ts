import { receiveAlerts } from '../clients/alert-sink.ts';
import { openBucket } from '../clients/object-store.ts';
import { connectSql } from '../clients/sql.ts';
import { ChaosError, describeError } from '../core/errors.ts';
import type { KillEvidence } from '../core/platform.ts';
import type { Fault, TrialContext, Wait } from '../core/scenario.ts';
import type { Site } from '../core/site.ts';

/**
 * Everything of the site is lost at once: every process ends with SIGKILL, every data directory is removed. What is left is what was outside: the
 * object store, the warehouse and the alert sink. Nothing brings it back but a recovery; the undo removes what is not up again.
 */
export function destroySite({ when }: { readonly when: Wait }): Fault {
  return {
    id: 'destroy-site',
    description: 'Destruction of the whole site with all of its data',
    needs: ['sites', 'watch-instances'],
    hits: 'every instance of the site, with its data',
    when,
    async plan(context) {
      const { stack } = context;
      const site = siteOf(context);
      const { components, generation } = await site.view();
      const doomed = (await stack.instances()).filter(({ component }) => components.includes(component));
      if (doomed.length === 0) {
        throw new ChaosError({ code: 'no-target', message: 'The site has no instances, so nothing was broken.' });
      }
      return {
        targets: doomed.map((instance) => ({ instance, why: `part of site number ${generation}` })),
        undo: [{ kind: 'ensure-site', dir: stack.dir, stackId: stack.id }],
        async inject() {
          const text = await site.destroy();
          context.record.append({ type: 'step', text });
        },
        async gatherEvidence(report) {
          report(absent('process-gone', 'process of the site', await site.processesLeft()));
          report(absent('data-gone', 'data directory of the site', await site.dataLeft()));
          report(await survivors(context));
        },
      };
    },
  };
}

/** The site of the stack. @throws ChaosError `config` where the platform has none. */
function siteOf({ stack }: TrialContext): Site {
  if (stack.site !== undefined) return stack.site;
  throw new ChaosError({ code: 'config', message: 'The platform cannot destroy and recover a site.' });
}

function absent(kind: string, what: string, left: readonly string[]): KillEvidence {
  const text = left.length === 0 ? `no ${what} is left` : `left of the site: ${left.join(', ')}`;
  return { kind, holds: left.length === 0, text };
}

/** What is outside the site still answers; otherwise the run would rehearse another disaster. */
async function survivors({ stack, signal }: TrialContext): Promise<KillEvidence> {
  const askStore = async (): Promise<void> => {
    if (stack.backups === undefined) throw new Error('the stack takes no backups');
    const bucket = await openBucket({ at: stack.endpoint('object-store'), ...stack.backups });
    await bucket.list(`${stack.backups.server}/base/`).finally(() => bucket.close());
  };
  const askWarehouse = async (): Promise<void> => {
    const sql = await connectSql({ ...stack.endpoint('warehouse'), ...stack.credentials, database: 'warehouse' });
    try {
      await sql.query('SELECT 1');
    } finally {
      await sql.close();
    }
  };
  const askSink = async (): Promise<void> => void (await receiveAlerts(stack.endpoint('alert-sink'), 0, 0, signal));
  const asked = { 'object store': askStore, warehouse: askWarehouse, 'alert sink': askSink };
  const silent: string[] = [];
  for (const [name, ask] of Object.entries(asked)) {
    await ask().catch((error: unknown) => silent.push(`${name}: ${describeError(error)}`));
  }
  const text =
    silent.length === 0 ? `${Object.keys(asked).join(', ')} still answer` : `lost as well: ${silent.join('; ')}`;
  return { kind: 'survivors-answer', holds: silent.length === 0, text };
}
