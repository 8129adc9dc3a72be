import { proposalsOf } from '../../checks/game-day/judge-audit.ts';
import { judgeGameDay } from '../../checks/game-day/judge-game-day.ts';
import type { ActionItem } from '../../core/game-day/events.ts';
import type { GameDayJournal, GameDayStep } from '../../core/game-day/journal.ts';
import { all } from '../../core/game-day/progress.ts';
import { askRoom, progressOf, type Day } from './day.ts';

const FINDINGS = { confirmed: '✓ as expected', refuted: '✗ not as expected', open: '? not known' } as const;

/** Expected against measured, what people say to that, and what is to be done. Can be taken up again at any question. */
export async function debrief(day: Day): Promise<void> {
  const { room, record } = day;
  const { steps, findings } = judgeGameDay(record.events);
  room.say('\n━━ Debrief: expected against measured ━━');
  for (const step of steps) room.say(describe(step));
  room.say(
    ['', 'Findings:', ...findings.map(({ text, severity }) => `  ${severity === 'high' ? '✗' : '·'} ${text}`)].join(
      '\n',
    ),
  );
  if (room.attended) {
    await judgeByPeople(day, steps);
    await closeItems(day);
    await addItems(day, judgeGameDay(record.events));
  }
  record.append({ type: 'debriefed' });
}

function describe({ title, hypothesis, expected, measured, finding, summary }: GameDayStep): string {
  const numbers = expected.map((text, index) => `    expected ${text}; measured: ${measured[index] ?? '–'}`);
  return [`\n  ${title}: ${summary}`, `    “${hypothesis}”`, ...numbers, `    ${FINDINGS[finding]}`].join('\n');
}

/** What has no numbers is for people to say, where there was something to see. */
async function judgeByPeople(day: Day, steps: readonly GameDayStep[]): Promise<void> {
  const said = new Set(all(day.record.events, 'hypothesis.judged').map(({ step }) => step));
  for (const { id, title, hypothesis, judgedBy, run } of steps) {
    if (judgedBy !== 'nobody' || run === null || said.has(id)) continue;
    const answer = await askRoom(day, {
      text: `${title}: “${hypothesis}” Did it hold? yes, no or open, and a remark if you like:`,
      accept: readJudgement,
    });
    day.record.append({ type: 'hypothesis.judged', step: id, ...answer });
  }
}

const HOLDS = { yes: true, no: false, open: null } as const;

function readJudgement(line: string): { readonly holds: boolean | null; readonly remark: string } | undefined {
  const [, word = '', remark = ''] = /^(yes|no|open)\b[,.:;\s]*(.*)$/i.exec(line) ?? [];
  const known = (['yes', 'no', 'open'] as const).find((one) => one === word.toLowerCase());
  return known === undefined ? undefined : { holds: HOLDS[known], remark };
}

async function closeItems(day: Day): Promise<void> {
  const closed = new Set(all(day.record.events, 'item.closed').map(({ id }) => id));
  for (const { id, what, owner, due } of progressOf(day).began.openItems) {
    if (closed.has(id)) continue;
    const answer = await askRoom(day, {
      text: `From an earlier game day: ${what} (${owner}${due === null ? '' : `, due ${due}`}). Done? yes or no, and a remark:`,
      accept(line) {
        const [, word = '', remark = ''] = /^(yes|no)\b[,.:;\s]*(.*)$/i.exec(line) ?? [];
        return word === '' ? undefined : { isDone: word.toLowerCase() === 'yes', remark };
      },
    });
    if (answer.isDone) day.record.append({ type: 'item.closed', id, remark: answer.remark });
  }
}

async function addItems(day: Day, { audit, items }: Pick<GameDayJournal, 'audit' | 'items'>): Promise<void> {
  const proposals =
    audit === null
      ? []
      : proposalsOf(
          audit,
          items.filter(({ state }) => state === 'open'),
        );
  if (proposals.length > 0)
    day.room.say(
      [
        '\nThe audit proposes; a number in place of the words takes one over:',
        ...proposals.map((text, n) => `  ${n + 1}  ${text}`),
      ].join('\n'),
    );
  day.room.say('\nAction items: what; who; due as 2026-12-31 (may be left out). Enter when there is none left.');
  for (;;) {
    const item = await askRoom(day, {
      text: 'Action item:',
      accept: (line) => (line === '' ? 'none' : readItem(line, proposals)),
    });
    if (item === 'none') return;
    const { dayId } = progressOf(day).began;
    const number = all(day.record.events, 'item.added').length + 1;
    day.record.append({ type: 'item.added', item: { id: `${dayId}#${number}`, ...item } });
    day.room.say(`  ✓ ${item.what} (${item.owner}${item.due === null ? ', no date' : `, due ${item.due}`})`);
  }
}

/** `2; Ana` takes the second of the proposals over. Undefined for what is no action item: it has no owner, or a date or a number that is none. */
export function readItem(line: string, proposals: readonly string[] = []): Omit<ActionItem, 'id'> | undefined {
  const [said = '', owner = '', due = ''] = line.split(';').map((part) => part.trim());
  const what = /^\d+$/.test(said) ? (proposals[Number(said) - 1] ?? '') : said;
  if (what === '' || owner === '') return undefined;
  if (due === '') return { what, owner, due: null };
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(due) && !Number.isNaN(Date.parse(due));
  return isDate ? { what, owner, due } : undefined;
}
