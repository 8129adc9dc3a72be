import { AUDIT } from '../../checks/game-day/judge-audit.ts';
import type { GoNoGoInput } from '../../core/game-day/events.ts';
import { whereOf } from '../../core/game-day/progress.ts';
import { describeCriterion, stepTitle } from '../../core/game-day/plan.ts';
import { auditSystem } from './audit.ts';
import { AbortedByRoom, askRoom, askText, choose, logOf, progressOf, type Day } from './day.ts';
import { whatIsLeft } from './clean-up.ts';
import { foreseeAll } from './foresee-step.ts';
import { ensureStack, lookWhetherSteady } from './stack.ts';

/** Tells the room what will happen, and waits until it says that it knows. */
export async function brief(day: Day): Promise<void> {
  const { plan, began } = progressOf(day);
  const { room } = day;
  const lines = [
    `\n━━ ${plan.title} ━━`,
    plan.purpose,
    ...(began.place === null ? [] : [`On an Airbyte that is there already: ${whereOf(plan, began.place)}.`]),
    '',
    ...plan.briefing.map((line) => `  ${line}`),
    '',
    'Steps:',
    ...plan.steps.map((step, index) =>
      'manual' in step
        ? `  ${index + 1}. By hand: ${step.manual} (${step.owner}, within ${step.within})`
        : `  ${index + 1}. ${stepTitle(step)}\n     Expected: ${step.hypothesis}`,
    ),
    '',
    `Required of the audit: ${plan.go_no_go.audit.must_be_met.join(', ') || 'nothing; it is made all the same'}`,
    '',
    'The day ends early when:',
    ...plan.abort.map((criterion) => `  - ${describeCriterion(criterion)}`),
    '',
    'Told before, on abort and after:',
    ...plan.tell.map(
      ({ who, how, webhook }) =>
        `  - ${who}${how === undefined ? '' : ` (${how})`}${webhook === undefined ? '' : ', by webhook'}`,
    ),
    ...(began.openItems.length === 0
      ? []
      : [
          '',
          'Still open from earlier game days:',
          ...began.openItems.map(
            ({ what, owner, due }) => `  - ${what} (${owner}${due === null ? '' : `, due ${due}`})`,
          ),
        ]),
    ...(began.standIn === null
      ? []
      : ['', '✗ A rehearsal of the game day itself: recordings are played in place of scenarios.']),
  ];
  room.say(lines.join('\n'));
  if (room.attended) {
    room.say('\nWhatever you type at any time is noted with its time. break and abort work at every question.');
    await askRoom(day, {
      text: 'Press Enter when everybody in the room has understood.',
      accept: (line) => (line === '' ? true : undefined),
    });
  }
  day.record.append({ type: 'briefing.acknowledged' });
}

/** One that speaks for beginning or against it. */
interface Source {
  readonly id: string;
  readonly title: string;
  readonly look: (day: Day, stackSettings: readonly string[]) => Promise<Pick<GoNoGoInput, 'says' | 'detail'>>;
}

const LEFT_OVERS: Source = {
  id: 'left-overs',
  title: 'Nothing of an earlier run is left to undo',
  look: async () => Promise.resolve(lookForLeftOvers()),
};
const STACK: readonly Source[] = [
  { id: 'machine', title: 'The machine has what the platform needs', look: lookAtMachine },
  { id: 'stack', title: 'The stack of the day is up', look: ensureStack },
  { id: 'steady-state', title: 'Everything is healthy and redundant', look: lookWhetherSteady },
];
/** Its identity, what its configuration allows now, and the rights that each scenario takes. */
const EXISTING: readonly Source[] = [
  { id: 'allowed', title: 'Everything that is planned may be done there', look: foreseeAll },
  { id: 'steady-state', title: 'Everything is there, and the API answers well', look: lookWhetherSteady },
];
// Only of what has settled does an audit say what it is, and not that it was just brought up.
const LAST: Source = { id: AUDIT, title: 'The audit finds what the plan requires', look: auditSystem };

function lookForLeftOvers(): Pick<GoNoGoInput, 'says' | 'detail'> {
  const left = whatIsLeft();
  return left === undefined
    ? { says: 'go', detail: 'Nothing is left.' }
    : { says: 'no-go', detail: `${left} was not undone; npm run chaos -- cleanup puts it right.` };
}

async function lookAtMachine(day: Day): Promise<Pick<GoNoGoInput, 'says' | 'detail'>> {
  const { plan } = progressOf(day);
  const { exitCode, stdout } = await day.program.run(
    ['doctor', '--platform', plan.platform],
    logOf(day, 'doctor'),
    day.room.leaving,
  );
  if (exitCode === 0) return { says: 'go', detail: 'Everything is there.' };
  const missing = stdout.split('\n').filter((line) => line.startsWith('✗'));
  return { says: exitCode === 64 ? 'no-go' : 'unknown', detail: missing.join('; ') || 'It could not be told.' };
}

/** Gathers what speaks for and against, and decides: people do, and without them only "go" from all of it is a go. @throws AbortedByRoom for a no-go. */
export async function decide(day: Day, stackSettings: readonly string[]): Promise<void> {
  const { room, record } = day;
  room.say('\n━━ Go or no-go ━━');
  const inputs: GoNoGoInput[] = [];
  const ground = progressOf(day).began.place === null ? STACK : EXISTING;
  for (const { id, title, look } of [LEFT_OVERS, ...ground, LAST]) {
    // Without a stack there is no steady state; nothing is looked at on ground that is known to be bad.
    const isInVain = inputs.some((input) => input.says === 'no-go');
    const found = isInVain
      ? ({ says: 'unknown', detail: 'Not looked at, because of the above.' } as const)
      : await look(day, stackSettings);
    room.leaving.throwIfAborted();
    inputs.push({ id, title, ...found });
    room.say(`  ${MARKS[found.says]} ${title}: ${found.detail}`);
  }
  const against = inputs.filter(({ says }) => says !== 'go');
  if (!room.attended) {
    const decision = against.length === 0 ? 'go' : 'no-go';
    const reason = against.map(({ title, detail }) => `${title}: ${detail}`).join(' ');
    record.append({ type: 'go-no-go', inputs, decision, by: 'harness', reason });
    if (decision === 'no-go') throw new NoGo(reason, null);
    return;
  }
  const decision = await choose(day, 'Go or no-go?', against.length === 0 ? ['go', 'no-go'] : ['no-go', 'go']);
  const isPlain = decision === 'go' && against.length === 0;
  const reason = isPlain ? '' : await askText(day, decision === 'go' ? 'Why go all the same?' : 'Why not?');
  record.append({ type: 'go-no-go', inputs, decision, by: 'room', reason });
  if (decision === 'no-go') throw new NoGo(reason, null);
}

/** It was decided not to begin. */
export class NoGo extends AbortedByRoom {}

const MARKS = { go: '✓', 'no-go': '✗', unknown: '?' } as const;
