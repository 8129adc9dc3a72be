import type { EarlierDay } from '../../core/game-day/events.ts';
import type { GameDayJournal, GameDayStep } from '../../core/game-day/journal.ts';
import type { Verdict } from '../../core/verdict.ts';
import { dataTable } from '../html/data-table.ts';
import { markup, type Markup } from '../html/markup.ts';
import { verdictBadge } from '../html/verdict-badge.ts';
import { formatBest, formatBounds, formatLimit, formatSeconds, formatWall } from '../measurement.ts';

const FINDINGS: Readonly<Record<GameDayStep['finding'], { readonly verdict: Verdict; readonly word: string }>> = {
  confirmed: { verdict: 'pass', word: 'As expected' },
  refuted: { verdict: 'fail', word: 'Not as expected' },
  open: { verdict: 'unknown', word: 'Not known' },
};
const SAYS = {
  go: { verdict: 'pass', word: 'Go' },
  'no-go': { verdict: 'fail', word: 'No-go' },
  unknown: { verdict: 'unknown', word: 'Not known' },
} as const;
const STATES = {
  met: { verdict: 'fail', word: 'Met' },
  'met-and-overruled': { verdict: 'fail', word: 'Met, overruled' },
  'not-met': { verdict: 'pass', word: 'Not met' },
  'seen-to': { verdict: 'unknown', word: 'For people' },
} as const;

function part(id: string, title: string, content: Markup): Markup {
  return markup`<section class="part" id="${id}" aria-label="${title}"><h2>${title}</h2>
${content}
</section>`;
}

/** What somebody should do something about. */
export function findingsPart({ findings }: GameDayJournal): Markup {
  if (findings.length === 0)
    return part('findings', 'Findings', markup`<p class="statement">None: everything was as expected.</p>`);
  const rows = findings.map(({ severity, text }) => ({
    cells: [verdictBadge(severity === 'high' ? 'fail' : 'unknown', severity === 'high' ? 'Act' : 'Know'), text],
  }));
  return part('findings', 'Findings', dataTable('Findings', [{ title: 'For', isWord: true }, { title: 'What' }], rows));
}

/** The hypotheses, written before, and what became of them. */
export function hypothesesPart({ steps }: GameDayJournal): Markup {
  const columns = [
    { title: 'Step', isName: true },
    { title: 'Written before' },
    { title: 'Expected → measured' },
    { title: 'Result', isWord: true },
  ];
  const rows = steps.map((step) => ({
    cells: [
      step.title,
      step.hypothesis,
      step.expected.length === 0
        ? markup`<span class="muted">${judgementOf(step)}</span>`
        : step.expected.map(
            (text, index) =>
              markup`${index > 0 && markup`<br>`}${text} → <strong>${step.measured[index] ?? '–'}</strong>`,
          ),
      verdictBadge(FINDINGS[step.finding].verdict, FINDINGS[step.finding].word),
    ],
  }));
  return part('hypotheses', 'Expected against measured', dataTable('Expected against measured', columns, rows));
}

function judgementOf({ judgedBy, remark }: GameDayStep): string {
  if (judgedBy === 'people') return `Judged by people. ${remark}`;
  return remark === ''
    ? 'No numbers were written down, and nobody judged it.'
    : `People could not say whether it held: ${remark}`;
}

/** Every step with its result; a scenario links to the report of its own run. */
export function stepsPart({ steps, stops }: GameDayJournal): Markup {
  const columns = [
    { title: 'Step', isName: true },
    { title: 'Result', isWord: true },
    { title: 'Recovered or done after', isNumber: true },
    { title: 'Limit', isNumber: true },
    { title: 'Fault undone', isNumber: true },
    { title: 'Steady again', isNumber: true },
    { title: 'What happened' },
  ];
  const rows = steps.map((step, index) => ({
    cells: [
      markup`${index + 1}. ${step.run === null ? step.title : markup`<a href="../${encodeURIComponent(step.run.runId)}/index.html">${step.title}</a>`}${step.kind === 'manual' && markup`<br><span class="muted">By hand, ${step.owner}</span>`}${step.attempts > 1 && markup`<br><span class="muted">${step.attempts} attempts</span>`}`,
      step.isRefused ? verdictBadge('unknown', 'Refused') : verdictBadge(step.verdict),
      timeOf(step),
      limitOf(step),
      secondsOrNone(step.run?.faultUndoneSeconds ?? null),
      secondsOrNone(step.steadyAgainSeconds),
      step.summary,
    ],
  }));
  const stopped = stops.filter(({ undoneAfterSeconds }) => undoneAfterSeconds !== null);
  return part(
    'steps',
    'Steps, in their order',
    markup`${dataTable('Steps', columns, rows)}
${stopped.length > 0 && markup`<p class="muted">${stopped.map(stopInWords).join(' ')}</p>`}
${steps.some(({ run }) => run !== null) && markup`<p class="muted">Fault undone: from the fault until the last of what was broken was given back, as the run recorded it. Steady again: from the end of the run until everything was seen healthy and redundant; that is looked at when the next scenario begins, so at the latest then. – not recorded, or nobody looked.</p>`}`,
  );
}

function stopInWords({
  step,
  faultUndoneAfterSeconds: fault,
  undoneAfterSeconds,
}: GameDayJournal['stops'][number]): string {
  const first = fault === null ? '' : `the fault was undone ${formatSeconds(fault)}, and `;
  return `${step ?? 'Something'} was stopped; ${first}everything was undone ${formatSeconds(undoneAfterSeconds ?? 0)} after the key.`;
}

function secondsOrNone(seconds: number | null): string {
  return seconds === null ? '–' : formatSeconds(seconds);
}

function timeOf(step: GameDayStep): Markup | string {
  if (step.kind === 'manual')
    return step.tookSeconds === null
      ? '–'
      : `${formatSeconds(step.tookSeconds)}${step.clock === 'wall' ? ' (wall time)' : ''}`;
  if (step.run === null) return '–';
  return markup`${formatBest(step.run.recoverySeconds)} <span class="muted">${formatBounds(step.run.recoverySeconds)}</span>`;
}

function limitOf({ limitSeconds, run }: GameDayStep): string {
  const limit = limitSeconds ?? run?.objectiveSeconds ?? null;
  return limit === null ? '–' : `≤ ${formatLimit(limit)}`;
}

/** What spoke for beginning and against it. */
export function goNoGoPart({ goNoGo }: GameDayJournal): Markup {
  const rows = (goNoGo?.inputs ?? []).map(({ title, says, detail }) => ({
    cells: [title, verdictBadge(SAYS[says].verdict, SAYS[says].word), detail],
  }));
  const columns = [{ title: 'What was looked at', isName: true }, { title: 'Says', isWord: true }, { title: 'Seen' }];
  const decided =
    goNoGo === null
      ? 'It was not decided.'
      : `${goNoGo.by === 'room' ? 'The room' : 'The harness, without people,'} decided: ${SAYS[goNoGo.decision].word}.${goNoGo.reason === '' ? '' : ` ${goNoGo.reason}`}`;
  return part(
    'go',
    'Go or no-go',
    markup`<p class="statement">${decided}</p>
${rows.length > 0 && dataTable('Go or no-go', columns, rows)}`,
  );
}

/** What would have ended the day early. */
export function criteriaPart({ criteria }: GameDayJournal): Markup {
  const rows = criteria.map(({ text, state, detail, step, during }) => ({
    cells: [
      text,
      verdictBadge(STATES[state].verdict, STATES[state].word),
      markup`${step === null ? '' : `${step}: `}${detail === '' ? '–' : detail}${during !== null && markup` Known by event ${during.event} of <a href="../${encodeURIComponent(during.runId)}/index.html">its record</a>, ${formatSeconds(during.atSeconds)} after the run began.`}`,
    ],
  }));
  const columns = [{ title: 'The day ends early when' }, { title: 'State', isWord: true }, { title: 'Seen' }];
  return part('abort', 'Abort criteria', dataTable('Abort criteria', columns, rows));
}

/** Each step beside the same one on the days before. */
export function trendPart({ steps, earlier, wallStart, audit }: GameDayJournal): Markup {
  if (earlier.length === 0)
    return part(
      'trend',
      'Trend',
      markup`<p>This is the first game day in this folder: there is nothing to compare it with.</p>`,
    );
  const columns = [
    { title: 'Step', isName: true },
    { title: `This day, ${day(wallStart)}`, isNumber: true },
    ...earlier.map((one) => ({ title: day(one.wallStart), isNumber: true })),
  ];
  const cell = (verdict: Verdict, seconds: number | null): string =>
    `${verdict === 'pass' ? '✓' : verdict === 'fail' ? '✗' : '?'} ${seconds === null ? verdict : formatSeconds(seconds)}`;
  const rows = steps.map((step) => ({
    cells: [
      step.title,
      cell(step.verdict, step.tookSeconds ?? step.run?.recoverySeconds?.best ?? null),
      ...earlier.map((one) => {
        const same = one.steps.find(({ id }) => id === step.id);
        return same === undefined ? '–' : cell(same.verdict, same.seconds);
      }),
    ],
  }));
  const result = audit?.result ?? null;
  const points = (counted: EarlierDay['audit']): string =>
    counted === null ? '–' : `${counted.met} of ${counted.of} met`;
  const own = result === null ? null : { met: result.counts.met, of: result.points.length };
  const auditRow = { cells: ['Audit: points', points(own), ...earlier.map((one) => points(one.audit))] };
  return part(
    'trend',
    'Trend against the last game days',
    markup`${dataTable('Trend', columns, [...rows, auditRow])}
<p class="muted">✓ passed, ✗ failed, ? not known, – not rehearsed or not looked at. Recovery time of a scenario; time of a manual step. Few days say little: <code>npm run chaos -- trend</code> has the nightly runs.</p>`,
  );
}

/** What was promised, on earlier days and on this one. */
export function itemsPart({ items, nextDue, wallEnd }: GameDayJournal): Markup {
  const columns = [
    { title: 'What', isName: true },
    { title: 'Who' },
    { title: 'Due', isWord: true },
    { title: 'State', isWord: true },
    { title: 'From' },
  ];
  const today = wallEnd.slice(0, 10);
  const rows = items.map(({ what, owner, due, state, isOld, remark, id }) => ({
    cells: [
      what,
      owner,
      due ?? 'no date',
      state === 'closed'
        ? verdictBadge('pass', 'Done')
        : due !== null && due < today
          ? verdictBadge('fail', 'Overdue')
          : verdictBadge('unknown', 'Open'),
      `${isOld ? (id.split('#')[0] ?? '') : 'this day'}${remark === '' ? '' : `: ${remark}`}`,
    ],
  }));
  return part(
    'items',
    'Action items',
    markup`${items.length === 0 ? markup`<p>None were written down, and none are open from earlier game days.</p>` : dataTable('Action items', columns, rows)}
<p class="statement">${nextDue === null ? 'The plan does not say when the next game day is due.' : `The next game day is due on ${nextDue}.`}</p>`,
  );
}

/** Who was told, and who was not. */
export function toldPart({ told }: GameDayJournal): Markup {
  if (told.length === 0) return part('told', 'Who was told', markup`<p>Nobody was told yet.</p>`);
  const word = (delivered: boolean | null): Markup | string =>
    delivered === null ? 'by people' : delivered ? verdictBadge('pass', 'Told') : verdictBadge('fail', 'Not told');
  const rows = told.map(({ who, occasion, delivered, detail }) => ({
    cells: [who, occasion, word(delivered), detail],
  }));
  const columns = [
    { title: 'Who', isName: true },
    { title: 'When', isWord: true },
    { title: 'Result', isWord: true },
    { title: 'How' },
  ];
  return part('told', 'Who was told', dataTable('Who was told', columns, rows));
}

function day(wall: string): string {
  return formatWall(wall).replace(/,.*$/, '');
}
