import { afterEach, beforeEach, expect, test } from 'vitest';
import { IS_SHORT } from '../harness/cli/testing/long-test.ts';
import { makeWorkplace, rootCauses, runForJournal, type Workplace } from '../harness/cli/testing/run-chaos.ts';

/** The first run of a machine installs Airbyte's connector kit: 80 MB from the package index, 300 MB on the disk. */
const WITH_INSTALLATION_MS = 20 * 60_000;

let place: Workplace;
beforeEach(() => {
  place = makeWorkplace();
});
afterEach(() => place.remove());

test.skipIf(IS_SHORT)(
  'a sync of one of Airbyte’s own connectors goes on from its state when its worker dies, and loses nothing',
  async () => {
    const run = ['worker_failure', '--variant', 'real_connector', '--no-load'];
    const { journal, exitCode, log } = await runForJournal(place, run);
    expect(rootCauses(journal), log).toEqual([]);
    expect(exitCode).toBe(0);
    const [delivery] = journal.trials[0]?.deliveries ?? [];
    expect(delivery).toMatchObject({ produced: 20_500, missing: 0, unexpected: 0 });
    // It read on from its state: had it begun again, every record that was there would be there twice.
    expect(delivery?.extraCopies).toBeLessThan(8000);
  },
  WITH_INSTALLATION_MS,
);
