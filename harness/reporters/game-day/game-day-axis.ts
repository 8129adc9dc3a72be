import type { GameDayJournal } from '../../core/game-day/journal.ts';
import { dataTable } from '../html/data-table.ts';
import { markup, type Markup } from '../html/markup.ts';
import { bar, laneGroup, type Lane } from '../html/timeline/lane.ts';
import { position, tickLabel, ticks, type TimeAxis } from '../html/timeline/time-axis.ts';
import { formatSeconds, formatWall } from '../measurement.ts';

const CLASSES = { pass: 'ready', fail: 'down', unknown: 'waiting' } as const;
const KINDS = {
  observation: 'Noted',
  stop: 'Stopped',
  abort: 'Ended early',
  criterion: 'Abort criterion met',
  resumed: 'Taken up again',
  break: 'Break',
  'by-hand': 'By hand',
} as const;

/** The day from left to right: a lane for each step, one for what was noted, and the notes as a table. */
export function axisPart(journal: GameDayJournal): Markup {
  const endMs = Math.max(1, journal.durationSeconds * 1000);
  const axis: TimeAxis = { startMs: 0, endMs, zeroMs: 0, hasFault: false, slices: 1 };
  return markup`<section class="part" id="axis" aria-label="Time axis"><h2>Time axis</h2>
<div class="lanes">${laneGroup('Since the beginning of the day', [tickLane(axis), ...stepLanes(journal, axis), noteLane(journal, axis)])}</div>
${journal.sessions.length > 1 && markup`<p class="muted">${sessionsInWords(journal)}</p>`}
${notesTable(journal)}
</section>`;
}

function tickLane(axis: TimeAxis): Lane {
  const labels = ticks(axis).map((seconds) => {
    const x = position(axis, seconds * 1000);
    const anchor = x > 93 ? 'end' : x < 2 ? 'start' : 'middle';
    return markup`<text class="tick-label" x="${x}%" y="14" text-anchor="${anchor}">${tickLabel(axis, seconds)}</text>`;
  });
  return { label: '', heightPx: 20, sentence: 'The ticks of the time axis.', content: labels };
}

function stepLanes({ steps, bars }: GameDayJournal, axis: TimeAxis): Lane[] {
  return steps.map((step) => {
    const own = bars.filter((one) => one.step === step.id);
    const spans = own.map(
      ({ fromSeconds, toSeconds }) => `${formatSeconds(fromSeconds)} to ${formatSeconds(toSeconds)}`,
    );
    return {
      label: step.kind === 'manual' ? `By hand: ${step.id}` : step.id,
      heightPx: 24,
      sentence: own.length === 0 ? `${step.id} was not begun.` : `${step.id}: ${spans.join(', ')}; ${step.verdict}.`,
      content: own.map(({ fromSeconds, toSeconds, isOpen }, index) => {
        // Only its last attempt carries the verdict of a step.
        const isLast = index === own.length - 1;
        return bar(axis, {
          fromMs: fromSeconds * 1000,
          toMs: toSeconds * 1000,
          className: isLast ? CLASSES[step.verdict] : 'waiting',
          title: step.summary,
          label: isOpen ? 'not ended' : isLast ? step.verdict : 'again',
        });
      }),
    };
  });
}

function noteLane({ axis: notes }: GameDayJournal, axis: TimeAxis): Lane {
  return {
    label: 'Noted',
    heightPx: 26,
    sentence: `${notes.length} notes; the table below has them.`,
    content: notes.map(
      ({ atSeconds, text }, index) =>
        markup`<svg x="${position(axis, atSeconds * 1000)}%" y="13" overflow="visible"><circle class="milestone" r="8"><title>${text}</title></circle><text class="milestone-number" text-anchor="middle" y="3.8">${index + 1}</text></svg>`,
    ),
  };
}

function notesTable({ axis }: GameDayJournal): Markup {
  if (axis.length === 0) return markup`<p class="muted">Nobody noted anything.</p>`;
  const columns = [
    { title: 'No.', isNumber: true },
    { title: 'When', isWord: true },
    { title: 'What', isWord: true },
    { title: 'Text' },
  ];
  const rows = axis.map(({ atSeconds, wall, kind, text }, index) => ({
    cells: [
      String(index + 1),
      markup`+${formatSeconds(atSeconds, 1)} <span class="muted">${clockTime(wall)}</span>`,
      KINDS[kind],
      text,
    ],
  }));
  return dataTable('What was noted', columns, rows);
}

/** `10:06:05 UTC` */
function clockTime(wall: string): string {
  return `${wall.slice(11, 19)} UTC`;
}

function sessionsInWords({ sessions }: GameDayJournal): string {
  const parts = sessions.flatMap(({ after, gapSeconds, atSeconds, wall }) =>
    after === null
      ? []
      : [
          `At +${formatSeconds(atSeconds, 1)} ${after === 'break' ? 'there was a break' : 'the harness was ended in the middle'}; ${formatSeconds(gapSeconds ?? 0, 1)} later (${formatWall(wall)}) the day was taken up again`,
        ],
  );
  return `${parts.join('. ')}. What lies between takes no room on the axis; its length is wall time, all other times are of the monotonic clock.`;
}
