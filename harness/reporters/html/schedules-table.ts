import type { JournalSchedule, Trial } from '../../core/journal.ts';
import { formatMeasured } from '../measurement.ts';
import { dataTable } from './data-table.ts';
import { markup, type MarkupValue } from './markup.ts';

/** What became of each schedule: what was missed in the outage, by what it was made up for, and what came twice. */
export function schedulesTable({ schedules = [] }: Trial): MarkupValue {
  if (schedules.length === 0) return null;
  const columns = [
    { title: 'Connection' },
    { title: 'Schedule' },
    { title: 'Fires missed', isNumber: true },
    { title: 'Made up for by' },
    { title: 'Late', isNumber: true },
    { title: 'Other jobs', isNumber: true },
    { title: 'Jobs too many' },
  ];
  const rows = schedules.map((schedule) => ({
    cells: [
      schedule.connectionName,
      schedule.rule,
      String(schedule.missedFires),
      madeUpFor(schedule),
      schedule.lateSeconds === null ? '–' : formatMeasured(schedule.lateSeconds),
      String(schedule.regularJobs),
      schedule.jobsTooMany.length === 0
        ? 'none'
        : markup`<strong class="bad-number">✕ ${schedule.jobsTooMany.join(', ')}</strong>`,
    ],
  }));
  return markup`<h3>Schedules</h3>
${dataTable('What became of each schedule', columns, rows)}
<p class="muted">However many fires of one schedule were missed, one job makes up for them. Late: since it was due and the job before was over.</p>`;
}

function madeUpFor({ missedFires, madeUpByJob, isDropped }: JournalSchedule): MarkupValue {
  if (isDropped) return markup`<strong class="bad-number">✕ dropped</strong>`;
  if (madeUpByJob !== null) return `job ${madeUpByJob}`;
  return missedFires === 0 ? 'nothing to make up for' : 'not made up for';
}
