/** Chaos Toolkit, watching the same server at the same time, as a yardstick. */
import { execa } from 'execa';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../harness/core/clock.ts';

/** An outage as its journal shows it: from the start of the first bad probe to the start of the next good one. */
export interface SeenOutage {
  readonly start: number;
  readonly end: number;
}

export interface ChaosToolkit {
  readonly command: string;
  readonly version: string;
}

/** `$CHAOSTOOLKIT` or `chaos` on the PATH; undefined when there is none. */
export async function findChaosToolkit(): Promise<ChaosToolkit | undefined> {
  const command = process.env['CHAOSTOOLKIT'] ?? 'chaos';
  const { failed, stdout } = await execa(command, ['--version'], { reject: false });
  const version = /^chaos, version (\S+)/m.exec(stdout)?.[1];
  return failed || version === undefined ? undefined : { command, version };
}

const FREQUENCY_SECONDS = 1;
const TIMEOUT_SECONDS = 1;

/** Watches `url` for the given time with its own loop of one second. Needs about two seconds to start. */
export async function watchWithChaosToolkit(
  { command }: ChaosToolkit,
  url: string,
  forMs: number,
  clock: Clock,
): Promise<SeenOutage[]> {
  const folder = await mkdtemp(join(tmpdir(), 'chaos-bench-'));
  try {
    const experiment = join(folder, 'experiment.json');
    const journal = join(folder, 'journal.json');
    await writeFile(experiment, JSON.stringify(experimentFor(url, forMs)));
    const strategy = [
      '--hypothesis-strategy',
      'during-method-only',
      '--hypothesis-frequency',
      String(FREQUENCY_SECONDS),
    ];
    // Its exit code is 1 when the hypothesis deviated, which is the point here.
    await execa(command, ['run', ...strategy, '--journal-path', journal, experiment], { cwd: folder, reject: false });
    return readJournal(await readFile(journal, 'utf8'), clock);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function experimentFor(url: string, forMs: number): unknown {
  const provider = { type: 'http', url, timeout: TIMEOUT_SECONDS };
  const pause = { type: 'process', path: 'sleep', arguments: String(Math.ceil(forMs / 1000)) };
  return {
    version: '1.0.0',
    title: 'outages',
    description: 'Watch a server.',
    'steady-state-hypothesis': {
      title: 'up',
      probes: [{ type: 'probe', name: 'up', tolerance: 200, provider }],
    },
    method: [{ type: 'action', name: 'wait', provider: pause }],
    rollbacks: [],
  };
}

const journalSchema = z.object({
  steady_states: z.object({
    during: z.array(
      z.object({ steady_state_met: z.boolean().nullable(), probes: z.array(z.object({ start: z.string() })) }),
    ),
  }),
});

/** Its journal has wall times in UTC; they are put on our clock to tell which outage is which. */
function readJournal(text: string, clock: Clock): SeenOutage[] {
  const wallAtZero = Date.now() - clock.now();
  const outages: SeenOutage[] = [];
  let badSince: number | undefined;
  for (const { steady_state_met: isGood, probes } of journalSchema.parse(JSON.parse(text)).steady_states.during) {
    const [probe] = probes;
    if (probe === undefined) continue;
    const at = microsecondsAsMillis(probe.start) - wallAtZero;
    if (isGood !== true) badSince ??= at;
    else if (badSince !== undefined) {
      outages.push({ start: badSince, end: at });
      badSince = undefined;
    }
  }
  return outages;
}

/** `Date` reads whole milliseconds only; that is plenty for a loop of a second. */
function microsecondsAsMillis(iso: string): number {
  return Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(iso) ? iso : `${iso}Z`);
}
