import { connectSourceControl } from '../../clients/source-outage.ts';
import { ChaosError } from '../../core/errors.ts';
import { CREDENTIALS } from './local-stack.ts';
import { isSupervisorAlive, readStackFile } from './stack-files.ts';
import { SupervisorApi } from './supervisor-api.ts';

/** Gives the source system back, with `table` where that was taken away. Does nothing once the stack is gone. */
export async function restoreSource(dir: string, table: string | undefined): Promise<string> {
  const file = readStackFile(dir);
  if (file === undefined || !isSupervisorAlive(file)) return 'the source is gone with its stack';
  const { services } = await new SupervisorApi(file.controlPort).status();
  const at = services.find(({ name }) => name === 'warehouse');
  if (at === undefined) throw new ChaosError({ code: 'platform', message: 'The stack has no service "warehouse".' });
  const source = await connectSourceControl(at, CREDENTIALS);
  try {
    await source.restore(table);
  } finally {
    await source.end();
  }
  return table === undefined ? 'the source takes connections again' : 'the source has its table again';
}
