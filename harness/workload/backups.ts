import { backupAgent } from '../clients/backup-agent.ts';
import type { BodyOf } from '../core/events.ts';
import type { TrialContext, Workload } from '../core/scenario.ts';

type Taken = Omit<BodyOf<'backup'>, 'type' | 'start' | 'end'>;

/** Takes a base backup, a logical dump and an export of the configuration, and writes down what they are. */
export function takeBackups(): Workload {
  return {
    name: 'a base backup, a logical dump and an export of the configuration',
    async start(context) {
      const agent = backupAgent(context.stack.endpoint('backup'), context.signal);
      await take(context, async () => {
        const { backupId, bytes, beginWal, endWal } = await agent.takeBaseBackup();
        return { kind: 'base', backupId, bytes, firstSegment: beginWal, lastSegment: endWal };
      });
      await take(context, async () => {
        const { dumpId, bytes } = await agent.takeLogicalDump();
        return { kind: 'logical', backupId: dumpId, bytes };
      });
      await take(context, async () => {
        const { exportId, bytes } = await agent.exportConfiguration();
        return { kind: 'configuration', backupId: exportId, bytes };
      });
    },
  };
}

async function take(context: TrialContext, work: () => Promise<Taken>): Promise<void> {
  const start = context.clock.now();
  const taken = await work();
  context.record.append({ type: 'backup', ...taken, start, end: context.clock.now() });
}
